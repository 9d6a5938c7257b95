package dev.envelope.payload.arrow;

import dev.envelope.CorruptEntryException;
import java.util.function.Supplier;

/**
 * Reads flatbuffers that may be hostile.
 *
 * <p>The generated accessors follow offsets without a check of their own, so nonsense shows as
 * whatever the buffer below throws. All of that means one thing here.
 */
final class Flatbuffer {
  private Flatbuffer() {}

  /**
   * Evaluates accessors.
   *
   * @param what the name of the structure for the error
   * @param offset where the structure starts in the stored value
   */
  static <T> T read(String what, long offset, Supplier<T> accessors) {
    try {
      return accessors.get();
    } catch (IndexOutOfBoundsException
        | IllegalArgumentException
        | ArithmeticException
        | NegativeArraySizeException
        | UnsupportedOperationException
        | NullPointerException e) {
      throw new CorruptEntryException("the " + what + " is not a sound flatbuffer", offset, e);
    }
  }
}

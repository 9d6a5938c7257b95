package dev.envelope.memory;

import dev.envelope.CorruptEntryException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Bytes that can be read in pieces, wherever they are.
 *
 * <p>Headers, footers and batch metadata are read through this into small arrays of their own:
 * parsing a copy means that nobody can change the bytes between a check and their use.
 */
public interface ByteSource {

  /** How many bytes there are. */
  long size();

  /**
   * Fills the rest of a buffer with the bytes from an offset on.
   *
   * @throws CorruptEntryException when the range is not within the source, or when the source ends
   *     earlier than it claimed to
   */
  void read(long offset, ByteBuffer target);

  /**
   * A little-endian copy of a small range.
   *
   * @param what the name of the range for the error, such as {@code "header"}
   * @throws CorruptEntryException when the range is not within the source
   */
  default ByteBuffer copy(long offset, int length, String what) {
    if (offset < 0 || length < 0 || offset > size() - length) {
      throw new CorruptEntryException(
          what + " of " + length + " bytes ends past the entry's " + size() + " bytes", offset);
    }
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    read(offset, bytes);
    return bytes.flip();
  }
}

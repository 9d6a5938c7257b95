package dev.envelope.memory;

import dev.envelope.CorruptEntryException;
import java.nio.ByteBuffer;
import org.apache.arrow.memory.ArrowBuf;

/**
 * The memory that a stored value lies in, mapped or allocated.
 *
 * <p>A region is owned by whoever made it and released by {@link #close()}. A {@link #view} holds a
 * reference of its own on the memory: it stays readable after the region was closed, and the memory
 * goes when the last view is closed. Thread-safe.
 */
public sealed interface Region extends ByteSource, AutoCloseable
    permits MappedRegion, AllocatedRegion, PartialRegion {

  /**
   * Bytes of the region as a buffer, without a copy.
   *
   * @return a buffer that the caller closes
   * @throws CorruptEntryException when the range is not within the region
   * @throws IllegalStateException when the region is closed
   */
  ArrowBuf view(long offset, long length);

  @Override
  default void read(long offset, ByteBuffer target) {
    try (ArrowBuf bytes = view(offset, target.remaining())) {
      bytes.getBytes(0, target);
    }
  }

  /** Gives up this owner's reference; further calls do nothing. */
  @Override
  void close();

  /** Refuses a range that is not within a region. */
  static void check(long offset, long length, long size) {
    if (offset < 0 || length < 0 || offset > size - length) {
      throw new CorruptEntryException(
          length + " bytes from here on end past the entry's " + size + " bytes", offset);
    }
  }
}

package dev.envelope.payload.document;

import dev.envelope.UnsupportedEntryException;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Bounds the memory of one batch by the bytes that it is decoded from: a map of nothing takes a
 * byte, but a slot in every column that other maps have. Not thread-safe.
 */
final class Budget {
  /** What every batch may take. */
  private static final long LEAST = 512L << 20;

  /** A small integer takes a byte, and eight in its column, more with all around it. */
  private static final long TIMES = 16;

  private final BufferAllocator allocator;
  private final long limit;
  private long used;

  /** A budget for a batch that is decoded from so many bytes. */
  Budget(BufferAllocator allocator, long bytes) {
    this.allocator = allocator;
    this.limit = LEAST + TIMES * bytes;
  }

  /** Memory out of the budget, which counts until it is {@link #replaced}. */
  ArrowBuf allocate(long bytes) {
    if (bytes > limit - used) {
      throw new UnsupportedEntryException(
          "a batch of the document takes more than %d bytes in columns, most of them for values that are not there; format = raw gives the entry's bytes"
              .formatted(limit));
    }
    ArrowBuf memory = allocator.buffer(bytes);
    used += memory.capacity();
    return memory;
  }

  /** Says that memory of this capacity gave way to other. */
  void replaced(long bytes) {
    used -= bytes;
  }
}

package dev.envelope.payload.arrow;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * A bitmap of ones for every vector without nulls, whose own bitmap writers leave out.
 *
 * <p>Without it Arrow allocates one for each such vector. Owned by one reader; vectors hold
 * references of their own. Not thread-safe.
 */
final class AllValid implements AutoCloseable {
  private final BufferAllocator allocator;
  private ArrowBuf ones;

  AllValid(BufferAllocator allocator) {
    this.allocator = allocator;
    this.ones = allocator.getEmpty();
  }

  /** At least {@code slots} ones, on loan until the next call. */
  ArrowBuf ones(long slots) {
    long bytes = (slots + 7) / 8;
    if (ones.capacity() < bytes) {
      // Batches of one entry differ a little in their rows; do not allocate for each.
      ArrowBuf grown = allocator.buffer(Math.max(64, bytes + bytes / 4));
      grown.setOne(0, grown.capacity());
      ones.close();
      ones = grown;
    }
    return ones;
  }

  @Override
  public void close() {
    ones.close();
    ones = allocator.getEmpty();
  }
}

package dev.envelope.testing;

import dev.envelope.memory.AllocatedRegion;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/** Stored values for tests of what reads them. */
public final class Values {
  private Values() {}

  /** A region with the bytes in it, which the caller closes. */
  public static AllocatedRegion region(BufferAllocator allocator, byte[] bytes) {
    AllocatedRegion region = AllocatedRegion.allocate(allocator, bytes.length, 0);
    try (ArrowBuf all = region.view(0, bytes.length)) {
      all.setBytes(0, bytes);
    }
    return region;
  }
}

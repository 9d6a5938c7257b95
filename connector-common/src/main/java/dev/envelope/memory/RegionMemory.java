package dev.envelope.memory;

import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;

/** Where the memory for a value comes from that is pulled whole. Thread-safe. */
public interface RegionMemory {

  /** Memory from an allocator, new each time. */
  static RegionMemory of(BufferAllocator allocator) {
    return new RegionMemory() {
      @Override
      public BufferAllocator allocator() {
        return allocator;
      }

      @Override
      public AllocatedRegion allocate(long size, long aligned) {
        return AllocatedRegion.allocate(allocator, size, aligned);
      }
    };
  }

  /** Who accounts for it. */
  BufferAllocator allocator();

  /**
   * A region whose contents are undefined until the caller has filled them.
   *
   * @param size how many bytes
   * @param aligned the offset that is to lie on a 64-byte boundary
   * @return the region, which the caller closes
   * @throws OutOfMemoryException when there is no room for it
   */
  AllocatedRegion allocate(long size, long aligned);
}

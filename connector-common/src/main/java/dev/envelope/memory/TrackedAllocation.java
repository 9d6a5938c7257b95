package dev.envelope.memory;

import java.util.function.LongConsumer;
import org.apache.arrow.memory.AllocationManager;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.ReferenceManager;
import org.apache.arrow.memory.util.MemoryUtil;

/**
 * Off-heap memory of exactly the size that was asked for, at an address that is a multiple of 64.
 *
 * <p>Arrow's own managers round up to powers of two (Netty) or align as malloc does (unsafe). The
 * slack that buys the alignment, {@value #SLACK} bytes, is not counted against the allocator.
 */
final class TrackedAllocation extends AllocationManager {
  /** In bytes: a cache line, and what the Arrow format recommends. */
  static final int ALIGNMENT = 64;

  /** Bytes allocated beyond what was asked for, of which up to 63 lie before the address. */
  static final int SLACK = ALIGNMENT;

  /** What freed memory is filled with when poisoning is on. */
  static final byte POISON = (byte) 0xDB;

  private final long block;
  private final long address;
  private final long size;
  private final Source source;

  private TrackedAllocation(BufferAllocator allocator, long block, long size, Source source) {
    super(allocator);
    this.block = block;
    this.address = (block + ALIGNMENT - 1) & -ALIGNMENT;
    this.size = size;
    this.source = source;
  }

  @Override
  public long getSize() {
    return size;
  }

  @Override
  protected long memoryAddress() {
    return address;
  }

  @Override
  protected void release0() {
    if (source.poison) {
      MemoryUtil.setMemory(address, size, POISON);
    }
    source.free.accept(block);
  }

  /** Allocates for the allocators that were made with it. Thread-safe. */
  static final class Source implements AllocationManager.Factory {
    // A buffer of no bytes still needs an address that is not null: some readers pass it to JNI.
    private static final ArrowBuf EMPTY =
        new ArrowBuf(ReferenceManager.NO_OP, null, 0, MemoryUtil.allocateMemory(ALIGNMENT));

    private final boolean poison;
    private final LongConsumer free;

    /**
     * Chooses how memory is given back.
     *
     * @param poison whether memory is filled with {@link #POISON} first, so that a read after the
     *     release meets bytes that no test mistakes for data
     */
    Source(boolean poison) {
      this(poison, MemoryUtil::freeMemory);
    }

    /** The same with another end of a block's life; tests look at it there. */
    Source(boolean poison, LongConsumer free) {
      this.poison = poison;
      this.free = free;
    }

    @Override
    public AllocationManager create(BufferAllocator allocator, long size) {
      // Before the manager exists, so that a failure leaves no half-built one with the allocator.
      long block = allocate(allocator, size);
      try {
        return new TrackedAllocation(allocator, block, size, this);
      } catch (Throwable failure) {
        free.accept(block);
        throw failure;
      }
    }

    @Override
    public ArrowBuf empty() {
      return EMPTY;
    }

    private static long allocate(BufferAllocator allocator, long size) {
      if (size > Long.MAX_VALUE - SLACK) {
        throw new OutOfMemoryException(
            allocator.getName() + ": no machine has " + size + " bytes to allocate");
      }
      try {
        return MemoryUtil.allocateMemory(size + SLACK);
      } catch (OutOfMemoryError refused) {
        // An Error would end a Spark executor, though only this one request was too large.
        throw new OutOfMemoryException(
            allocator.getName() + ": the system refused to allocate " + size + " bytes", refused);
      }
    }
  }
}

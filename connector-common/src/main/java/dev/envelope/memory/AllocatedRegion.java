package dev.envelope.memory;

import java.util.Objects;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * A region of off-heap memory that was filled by reading.
 *
 * <p>The value starts where its own alignment wants it: {@link #allocate} places the byte at a
 * chosen offset on a 64-byte boundary, so that the vectors of an Arrow payload are aligned although
 * frame headers have odd lengths.
 */
public final class AllocatedRegion implements Region {
  /** The alignment that Arrow recommends for buffers (columnar format, "Buffer Alignment"). */
  private static final int ALIGNMENT = 64;

  private final ArrowBuf memory;
  private final long start;
  private final long size;
  private boolean closed;

  private AllocatedRegion(ArrowBuf memory, long start, long size) {
    this.memory = memory;
    this.start = start;
    this.size = size;
  }

  /**
   * Allocates a region whose contents are undefined until the caller has filled them.
   *
   * @param allocator who accounts for the memory
   * @param size how many bytes
   * @param aligned the offset that is to lie on a 64-byte boundary
   */
  public static AllocatedRegion allocate(BufferAllocator allocator, long size, long aligned) {
    return place(allocator.buffer(size + ALIGNMENT), size, aligned);
  }

  private static AllocatedRegion place(ArrowBuf memory, long size, long aligned) {
    long start = Math.floorMod(-(memory.memoryAddress() + aligned), (long) ALIGNMENT);
    return new AllocatedRegion(memory, start, size);
  }

  /**
   * A new region in the memory of this one, which is closed by that. Memory that was used before
   * need not be fetched from the system page by page again.
   *
   * @return the region, or null (and this one stays open) where the memory is too small, a quarter
   *     or more of it would be left over, or somebody still has a view of it
   */
  public synchronized AllocatedRegion reusedFor(long newSize, long aligned) {
    long needed = newSize + ALIGNMENT;
    long capacity = memory.capacity();
    boolean fits = needed <= capacity && needed > capacity / 4 * 3;
    if (closed || !fits || memory.refCnt() != 1) {
      return null;
    }
    closed = true;
    return place(memory, newSize, aligned);
  }

  /** The first {@code length} bytes of this region, which takes over the memory. */
  public AllocatedRegion shortenedTo(long length) {
    Objects.checkFromToIndex(0, length, size);
    return new AllocatedRegion(memory, start, length);
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public synchronized ArrowBuf view(long offset, long length) {
    if (closed) {
      throw new IllegalStateException("the region is closed");
    }
    Region.check(offset, length, size);
    ArrowBuf view = memory.slice(start + offset, length);
    view.getReferenceManager().retain();
    return view;
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      memory.close();
    }
  }
}

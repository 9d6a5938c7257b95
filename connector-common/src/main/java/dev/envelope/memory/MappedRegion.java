package dev.envelope.memory;

import dev.envelope.StoreException;
import dev.envelope.UnsupportedEntryException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * A region that is a file, mapped read-only.
 *
 * <p>One map holds at most 2 GiB, so a larger file is mapped in windows that overlap by half: every
 * range of up to half a window lies whole in one of them. All windows are mapped at once, which
 * costs address space only, so that the file can be closed: a channel kept open would be closed
 * under every task that shares the region when one of them is interrupted. The windows are unmapped
 * when the region and all views of them are closed, not when the garbage collector gets to them.
 *
 * <p>Reading a page that the file no longer has raises an error that nobody can catch safely: map
 * only files that are replaced as a whole, never cut short in place.
 */
public final class MappedRegion implements Region {
  /** The most that {@link FileChannel#map} maps at once. */
  static final long LARGEST_WINDOW = Integer.MAX_VALUE;

  private final List<ArrowBuf> windows = new ArrayList<>();
  private final BufferAllocator allocator;
  private final long size;
  private final long window;
  private final long stride;
  private boolean closed;

  /**
   * Maps a part of a file.
   *
   * @param channel the file, which the caller closes, at once if it likes
   * @param start where in the file the region starts
   * @param size how many bytes the region has
   * @param allocator who accounts for what is mapped
   * @throws StoreException when the file cannot be mapped
   */
  public MappedRegion(FileChannel channel, long start, long size, BufferAllocator allocator) {
    this(channel, start, size, allocator, LARGEST_WINDOW);
  }

  /** The same with windows of a chosen size, so that tests need no file of gigabytes. */
  MappedRegion(FileChannel channel, long start, long size, BufferAllocator allocator, long window) {
    this.size = size;
    this.allocator = allocator;
    this.window = window;
    this.stride = size <= window ? window : window / 2;
    try {
      long first = 0;
      while (windows.isEmpty() || first + window - stride < size) {
        windows.add(map(channel, start + first, Math.min(window, size - first)));
        first += stride;
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
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
    if (length == 0) {
      return allocator.getEmpty();
    }
    int index = (int) Math.min(offset / stride, windows.size() - 1);
    long within = offset - index * stride;
    ArrowBuf mapped = windows.get(index);
    if (within + length > mapped.capacity()) {
      throw new UnsupportedEntryException(
          length
              + " bytes in one piece cannot be mapped in an entry of more than 2 GiB (the limit is "
              + (window - stride)
              + "); read it with file-access = read");
    }
    ArrowBuf view = mapped.slice(within, length);
    view.getReferenceManager().retain();
    return view;
  }

  private ArrowBuf map(FileChannel channel, long position, long length) {
    try {
      // Releases the mapping itself when it fails.
      return allocator.wrapForeignAllocation(FileMapping.map(channel, position, length));
    } catch (IOException e) {
      throw new StoreException("cannot map " + length + " bytes of the file", e);
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      windows.forEach(ArrowBuf::close);
    }
  }
}

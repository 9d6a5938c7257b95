package dev.envelope.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Some parts of a stored value in off-heap memory, under the offsets that they have in the value.
 *
 * <p>What lies outside of the parts was never fetched and cannot be viewed.
 */
public final class PartialRegion implements Region {
  private final TreeMap<Long, AllocatedRegion> parts = new TreeMap<>();
  private final long size;

  private PartialRegion(long size) {
    this.size = size;
  }

  /**
   * Allocates parts whose contents are undefined until the caller has filled them.
   *
   * @param allocator who accounts for the memory
   * @param size how many bytes the whole value has
   * @param ranges the parts, ascending and without overlap
   * @param aligned the offset in the value that counts as a 64-byte boundary
   */
  public static PartialRegion allocate(
      BufferAllocator allocator, long size, List<ByteRange> ranges, long aligned) {
    PartialRegion region = new PartialRegion(size);
    try {
      for (ByteRange range : ranges) {
        Region.check(range.offset(), range.length(), size);
        region.parts.put(
            range.offset(),
            AllocatedRegion.allocate(allocator, range.length(), aligned - range.offset()));
      }
    } catch (RuntimeException e) {
      region.close();
      throw e;
    }
    return region;
  }

  @Override
  public long size() {
    return size;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException when the region is closed, or the range lies in no part
   */
  @Override
  public ArrowBuf view(long offset, long length) {
    Region.check(offset, length, size);
    Map.Entry<Long, AllocatedRegion> part = parts.floorEntry(offset);
    if (part == null || offset + length > part.getKey() + part.getValue().size()) {
      throw new IllegalStateException(
          length + " bytes from " + offset + " on are in no part that was fetched");
    }
    return part.getValue().view(offset - part.getKey(), length);
  }

  @Override
  public void close() {
    new ArrayList<>(parts.values()).forEach(AllocatedRegion::close);
  }
}

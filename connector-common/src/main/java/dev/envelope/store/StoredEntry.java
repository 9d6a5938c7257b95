package dev.envelope.store;

import dev.envelope.ChangedEntryException;
import dev.envelope.memory.ByteRange;
import dev.envelope.memory.ByteSource;
import dev.envelope.memory.Region;
import dev.envelope.memory.RegionMemory;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;

/**
 * An entry that was found in a store: its stored value can be read in ranges, or taken whole.
 *
 * <p>All reads see the same write of the entry. Owned by whoever opened it; not thread-safe.
 */
public interface StoredEntry extends ByteSource, AutoCloseable {

  /** Which entry this is. */
  EntryId id();

  /** When it expires, in Unix seconds; 0 for never. */
  long expiresAt();

  /**
   * What the store knows that changes when the entry is written again. It may change without a
   * write, so it serves only entries whose bytes hold no stamp. Null where the store knows nothing
   * of the kind.
   */
  String revision();

  /**
   * Says by what another write of this entry is told: by the length of the value and its first
   * bytes, as they were read so far. From here on, whatever is read belongs to that write.
   *
   * <p>Where an open entry cannot change, as in a file cache, this does nothing. Else the store
   * makes sure of it with every read, and a read that finds another write ends with a {@link
   * ChangedEntryException}.
   *
   * @param length how many of the first bytes tell
   */
  default void stampedBy(int length) {}

  /**
   * Says what will be read next, so that a store that is far away can fetch it all in one go. Only
   * for small ranges: what was fetched stays on the heap until the entry is closed. Without effect
   * where reads are cheap.
   */
  default void prefetch(List<ByteRange> ranges) {}

  /**
   * Whether a part of the value can be read without the rest coming along. Where it cannot, what is
   * read beyond the first bytes had better be kept.
   */
  default boolean inParts() {
    return true;
  }

  /**
   * Whether {@link #region(RegionMemory, long)} maps the value (and costs no memory) or reads it.
   */
  boolean mapped();

  /**
   * The whole stored value.
   *
   * @param memory where it is put, unless it is mapped
   * @param aligned the offset in the value that should lie on a 64-byte boundary, if the store can
   *     choose where the value goes
   * @return the region, which the caller closes; it outlives this entry
   */
  Region region(RegionMemory memory, long aligned);

  /** The same in new memory. */
  default Region region(BufferAllocator allocator, long aligned) {
    return region(RegionMemory.of(allocator), aligned);
  }

  /**
   * Starts to fetch parts of the stored value. One that cannot do it behind the caller's back does
   * it here.
   *
   * @param allocator who accounts for the memory
   * @param ranges the parts, ascending and without overlap
   * @param aligned the offset in the value that should lie on a 64-byte boundary
   * @return what to wait for, which the caller closes before this entry. The region that comes of
   *     it outlives this entry; its offsets are those of the value, and only the parts can be
   *     viewed
   */
  Pull pull(BufferAllocator allocator, List<ByteRange> ranges, long aligned);

  @Override
  void close();
}

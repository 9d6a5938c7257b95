package dev.envelope.store;

import dev.envelope.memory.ByteSource;
import dev.envelope.memory.Region;
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
   * write, so it serves only entries whose bytes hold no stamp.
   */
  String revision();

  /** Whether {@link #region} maps the value (and costs no memory) or reads it. */
  boolean mapped();

  /**
   * The whole stored value.
   *
   * @param allocator who accounts for the memory
   * @param aligned the offset in the value that should lie on a 64-byte boundary, if the store can
   *     choose where the value goes
   * @return the region, which the caller closes; it outlives this entry
   */
  Region region(BufferAllocator allocator, long aligned);

  @Override
  void close();
}

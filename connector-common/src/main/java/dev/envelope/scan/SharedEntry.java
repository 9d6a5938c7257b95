package dev.envelope.scan;

import dev.envelope.memory.Region;
import dev.envelope.payload.arrow.ArrowFile;

/**
 * An entry in memory, on loan from the pool to one task.
 *
 * @param region the region that the file's offsets point into; open as long as the loan lasts
 * @param file the footer
 */
record SharedEntry(Region region, ArrowFile file, EntryPool.Slot slot, EntryPool pool)
    implements AutoCloseable {

  /** Gives the entry back; once. Batches that were read from it may stay open. */
  @Override
  public void close() {
    pool.release(slot);
  }
}

package dev.envelope.scan;

import dev.envelope.memory.Region;
import dev.envelope.payload.PayloadKind;
import dev.envelope.payload.PayloadTable;

/**
 * An entry in memory, on loan from the pool to one task.
 *
 * @param kind what the payload is
 * @param region the region that the table's offsets point into; open as long as the loan lasts
 * @param table what is in it
 */
record SharedEntry(
    PayloadKind kind, Region region, PayloadTable table, EntryPool.Slot slot, EntryPool pool)
    implements AutoCloseable {

  /** Gives the entry back; once. Batches that were read from it may stay open. */
  @Override
  public void close() {
    pool.release(slot);
  }
}

package dev.envelope.scan;

import dev.envelope.EnvelopeException;
import dev.envelope.payload.Batch;
import dev.envelope.payload.Column;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * A batch and the entry it comes from.
 *
 * <p>Valid until the reader that gave it has given two more, or is closed; closing it earlier is
 * allowed and not needed.
 */
public final class TaskBatch implements Batch {
  private final PlannedEntry entry;
  private final int slice;
  private final int to;
  private final LongSupplier expiry;
  private final Batch batch;

  /**
   * A batch on its way to the engine.
   *
   * @param slice which of the task's slices it belongs to
   * @param to the batch after the last one of that slice
   * @param expiry asks when the entry expires
   */
  TaskBatch(PlannedEntry entry, int slice, int to, LongSupplier expiry, Batch batch) {
    this.entry = entry;
    this.slice = slice;
    this.to = to;
    this.expiry = expiry;
    this.batch = batch;
  }

  /** The entry that the rows belong to. */
  public PlannedEntry entry() {
    return entry;
  }

  /** Which of the task's slices the batch belongs to, from 0. */
  public int slice() {
    return slice;
  }

  /**
   * The batches of the slice that come after this one, of the write of the entry that was read: for
   * {@link ScanTask#resumed}.
   */
  public EntrySlice rest() {
    return new EntrySlice(entry, index() + 1, to);
  }

  /** The same with this batch, for when not all of its rows were used. */
  public EntrySlice thisAndRest() {
    return new EntrySlice(entry, index(), to);
  }

  /**
   * When the entry expires, in Unix seconds; 0 for never. A store that is far away is asked by this
   * call, once an entry; only on the thread that reads.
   *
   * @throws EnvelopeException when the store cannot tell, or the entry is gone
   */
  public long expiresAt() {
    return expiry.getAsLong();
  }

  @Override
  public int rowCount() {
    return batch.rowCount();
  }

  @Override
  public int index() {
    return batch.index();
  }

  @Override
  public List<Column> columns() {
    return batch.columns();
  }

  @Override
  public void close() {
    batch.close();
  }
}

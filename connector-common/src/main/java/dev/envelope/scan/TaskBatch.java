package dev.envelope.scan;

import dev.envelope.payload.Batch;
import dev.envelope.payload.Column;
import java.util.List;

/**
 * A batch and the entry it comes from.
 *
 * <p>Valid until the reader that gave it has given two more, or is closed; closing it earlier is
 * allowed and not needed.
 */
public final class TaskBatch implements Batch {
  private final PlannedEntry entry;
  private final Batch batch;

  TaskBatch(PlannedEntry entry, Batch batch) {
    this.entry = entry;
    this.batch = batch;
  }

  /** The entry that the rows belong to. */
  public PlannedEntry entry() {
    return entry;
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

package dev.envelope.scan;

import dev.envelope.payload.Batch;
import dev.envelope.payload.BatchReader;

/** An entry that lies whole in memory, mapped or pulled. */
final class WholeEntry implements OpenEntry {
  private final PlannedEntry entry;
  private final int batchCount;
  private final BatchReader reader;
  private final Runnable giveBack;

  /**
   * Takes over what holds the memory.
   *
   * @param giveBack what to do with the memory in the end; batches keep references of their own
   */
  WholeEntry(PlannedEntry entry, int batchCount, BatchReader reader, Runnable giveBack) {
    this.entry = entry;
    this.batchCount = batchCount;
    this.reader = reader;
    this.giveBack = giveBack;
  }

  @Override
  public PlannedEntry entry() {
    return entry;
  }

  @Override
  public int batchCount() {
    return batchCount;
  }

  @Override
  public Batch read(int batch) {
    return reader.read(batch);
  }

  @Override
  public void close() {
    reader.close();
    giveBack.run();
  }
}

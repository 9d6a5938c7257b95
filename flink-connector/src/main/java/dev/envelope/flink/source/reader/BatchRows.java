package dev.envelope.flink.source.reader;

import java.util.Set;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;

/**
 * One batch on its way to the task, or word that a split is finished. Flink calls {@link #recycle}
 * on the task's thread after the last row, and not at all when the job ends before.
 */
final class BatchRows implements RecordsWithSplitIds<BatchRow> {
  private final String splitId;
  private final BatchRow rows;
  private final Runnable release;
  private String nextSplit;

  private BatchRows(String splitId, BatchRow rows, Runnable release) {
    this.splitId = splitId;
    this.nextSplit = rows == null ? null : splitId;
    this.rows = rows;
    this.release = release;
  }

  /**
   * The rows of a batch.
   *
   * @param release frees the batch
   */
  static BatchRows of(String splitId, BatchRow rows, Runnable release) {
    return new BatchRows(splitId, rows, release);
  }

  /**
   * The end of a split, all batches of which have been freed when this one is.
   *
   * @param release frees what the split had open
   */
  static BatchRows finished(String splitId, Runnable release) {
    return new BatchRows(splitId, null, release);
  }

  @Override
  public String nextSplit() {
    String next = nextSplit;
    nextSplit = null;
    return next;
  }

  @Override
  public BatchRow nextRecordFromSplit() {
    return rows != null && rows.advance() ? rows : null;
  }

  @Override
  public Set<String> finishedSplits() {
    return rows == null ? Set.of(splitId) : Set.of();
  }

  @Override
  public void recycle() {
    release.run();
  }
}

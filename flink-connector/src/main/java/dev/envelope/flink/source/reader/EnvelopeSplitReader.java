package dev.envelope.flink.source.reader;

import dev.envelope.flink.source.ReadColumns;
import dev.envelope.flink.source.split.EnvelopeSplit;
import dev.envelope.flink.source.split.SplitProgress;
import dev.envelope.scan.EntrySlice;
import dev.envelope.scan.TaskBatch;
import dev.envelope.scan.TaskReader;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.flink.connector.base.source.reader.RecordsBySplits;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;

/**
 * Reads the batches of its splits, one a fetch, on Flink's fetcher thread. No more than two batches
 * are alive: the one that the task works on, and the next. Memory is freed by whoever holds it at
 * the end, see {@link OpenTasks}: the task may still look at rows when this is closed.
 */
final class EnvelopeSplitReader implements SplitReader<BatchRow, EnvelopeSplit> {
  /** As many as a task keeps readable, so that none is freed under a row. */
  private static final int MOST_ALIVE = 2;

  private final ReadColumns columns;
  private final OpenTasks tasks;
  private final Runnable batchRead;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** In the order in which they came; only the fetcher's thread looks at it. */
  private final Map<String, OpenSplit> splits = new LinkedHashMap<>();

  private final Set<String> paused = new HashSet<>();
  private int alive;
  private boolean woken;

  /**
   * Reads nothing yet.
   *
   * @param batchRead called after each batch
   */
  EnvelopeSplitReader(ReadColumns columns, OpenTasks tasks, Runnable batchRead) {
    this.columns = columns;
    this.tasks = tasks;
    this.batchRead = batchRead;
  }

  private static final class OpenSplit {
    private final EnvelopeSplit split;
    private TaskReader reader;

    OpenSplit(EnvelopeSplit split) {
      this.split = split;
    }
  }

  @Override
  public RecordsWithSplitIds<BatchRow> fetch() {
    OpenSplit next = awaitTurn();
    if (next == null) {
      return new RecordsBySplits<>(Map.of(), Set.of());
    }
    String id = next.split.splitId();
    if (next.reader == null) {
      next.reader = tasks.open(next.split.task(), "split " + id);
    }
    TaskReader reader = next.reader;
    TaskBatch batch = reader.next();
    if (batch == null) {
      splits.remove(id);
      return BatchRows.finished(id, () -> tasks.close(reader));
    }
    count(1);
    batchRead.run();
    BatchRow rows =
        new BatchRow(
            columns.open(batch), SplitProgress.Place.of(batch), rowsDone(next.split, batch));
    return BatchRows.of(id, rows, () -> release(batch));
  }

  /** The split to read from, or null when Flink wants something else first. */
  private OpenSplit awaitTurn() {
    lock.lock();
    try {
      while (!woken && !splits.isEmpty()) {
        for (OpenSplit split : splits.values()) {
          if (alive < MOST_ALIVE && !paused.contains(split.split.splitId())) {
            return split;
          }
        }
        changed.await();
      }
      woken = false;
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** The rows of a batch that an attempt before has emitted. */
  private static int rowsDone(EnvelopeSplit split, TaskBatch batch) {
    EntrySlice first = split.task().slices().get(0);
    return batch.slice() == 0 && batch.index() == first.from() ? split.rowsDone() : 0;
  }

  private void release(TaskBatch batch) {
    batch.close();
    count(-1);
  }

  private void count(int more) {
    lock.lock();
    try {
      alive += more;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void handleSplitsChanges(SplitsChange<EnvelopeSplit> change) {
    if (!(change instanceof SplitsAddition)) {
      throw new UnsupportedOperationException(
          "splits are only added, and this is a " + change.getClass().getSimpleName());
    }
    change.splits().forEach(split -> splits.put(split.splitId(), new OpenSplit(split)));
  }

  @Override
  public void pauseOrResumeSplits(
      Collection<EnvelopeSplit> splitsToPause, Collection<EnvelopeSplit> splitsToResume) {
    splitsToPause.forEach(split -> paused.add(split.splitId()));
    splitsToResume.forEach(split -> paused.remove(split.splitId()));
  }

  @Override
  public void wakeUp() {
    lock.lock();
    try {
      woken = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Frees nothing, see above. */
  @Override
  public void close() {}
}

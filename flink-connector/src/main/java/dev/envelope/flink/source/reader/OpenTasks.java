package dev.envelope.flink.source.reader;

import dev.envelope.scan.ScanMetrics;
import dev.envelope.scan.ScanTask;
import dev.envelope.scan.TaskReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The tasks that a reader has open, with all batches of theirs: what has to be freed when Flink
 * closes the reader with batches in its hands or in its queue. Thread-safe.
 */
final class OpenTasks implements AutoCloseable {
  private final ScanMetrics metrics;
  private final Set<TaskReader> open = new HashSet<>();
  private boolean closed;

  OpenTasks(ScanMetrics metrics) {
    this.metrics = metrics;
  }

  synchronized TaskReader open(ScanTask task, String name) {
    if (closed) {
      throw new IllegalStateException("the source reader is closed");
    }
    TaskReader reader = new TaskReader(task, name, metrics);
    open.add(reader);
    return reader;
  }

  /** Frees a task and what it still has of batches. */
  void close(TaskReader reader) {
    synchronized (this) {
      open.remove(reader);
    }
    reader.close();
  }

  /** Frees everything. No row may be looked at afterwards. */
  @Override
  public void close() {
    List<TaskReader> left;
    synchronized (this) {
      closed = true;
      left = new ArrayList<>(open);
      open.clear();
    }
    RuntimeException failure = null;
    for (TaskReader reader : left) {
      try {
        reader.close();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}

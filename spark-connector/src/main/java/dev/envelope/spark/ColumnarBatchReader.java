package dev.envelope.spark;

import dev.envelope.scan.ScanMetrics;
import dev.envelope.scan.TaskBatch;
import dev.envelope.scan.TaskReader;
import java.util.concurrent.TimeUnit;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Hands a task's batches to Spark.
 *
 * <p>Batches are views of memory that is unmapped or freed in the end, so the end has to come after
 * the last look at them. Spark closes a reader when it has run dry, while the last rows may still
 * be on their way; so inside a task nothing is freed before the task is complete. And a thread that
 * feeds a Python worker can go on reading for a moment after that (SPARK-33277): then the memory
 * goes when that thread has ended.
 */
final class ColumnarBatchReader implements PartitionReader<ColumnarBatch> {
  /** Only a pooled thread that has long since turned to other work lives longer. */
  private static final long LONGEST_WAIT_SECONDS = 300;

  private final ReadColumns columns;
  private final ScanMetrics metrics = new ScanMetrics();
  private final TaskReader reader;
  private final boolean inTask;
  private volatile Thread consumer;
  private volatile boolean released;
  private ColumnarBatch current;

  ColumnarBatchReader(EnvelopePartition partition) {
    this.columns = partition.columns();
    TaskContext context = TaskContext.get();
    this.inTask = context != null;
    String name = inTask ? "task " + context.taskAttemptId() : "reader outside of a task";
    this.reader = new TaskReader(partition.task(), name, metrics);
    if (inTask) {
      // A class and not a lambda: the method is overloaded for Scala functions.
      var unused = context.addTaskCompletionListener(new Release());
    }
  }

  private final class Release implements TaskCompletionListener {
    @Override
    public void onTaskCompletion(TaskContext context) {
      release();
    }
  }

  @Override
  public boolean next() {
    consumer = Thread.currentThread();
    TaskBatch batch = reader.next();
    if (batch == null) {
      current = null;
      return false;
    }
    current = columns.open(batch);
    return true;
  }

  @Override
  public ColumnarBatch get() {
    return current;
  }

  @Override
  public CustomTaskMetric[] currentMetricsValues() {
    return ScanMetricColumns.of(metrics);
  }

  @Override
  public void close() {
    if (!inTask) {
      release();
    }
  }

  private synchronized void release() {
    if (released) {
      return;
    }
    released = true;
    Thread reading = consumer;
    if (reading == null || reading == Thread.currentThread() || !reading.isAlive()) {
      reader.close();
      return;
    }
    Thread late =
        new Thread(
            () -> {
              awaitEnd(reading);
              reader.close();
            },
            "envelope-release-after-" + reading.getName());
    late.setDaemon(true);
    late.start();
  }

  private static void awaitEnd(Thread reading) {
    try {
      TimeUnit.SECONDS.timedJoin(reading, LONGEST_WAIT_SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package dev.envelope.bench.worker;

import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/** Adds up the time that tasks spent on a core. */
final class TaskTimes extends SparkListener {
  private static final double NANOS = 1e9;

  private final SortedMap<Integer, Integer> tasksByStage = new TreeMap<>();
  private long cpuNanos;

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
    cpuNanos += end.taskMetrics().executorCpuTime();
    tasksByStage.merge(end.stageId(), 1, Integer::sum);
  }

  synchronized void reset() {
    cpuNanos = 0;
    tasksByStage.clear();
  }

  synchronized double cpuSeconds() {
    return cpuNanos / NANOS;
  }

  /** How many tasks the first stage had, which is the one that reads. */
  synchronized int readers() {
    return tasksByStage.isEmpty() ? 0 : tasksByStage.get(tasksByStage.firstKey());
  }
}

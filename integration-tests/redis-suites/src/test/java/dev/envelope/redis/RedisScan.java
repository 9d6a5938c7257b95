package dev.envelope.redis;

import dev.envelope.memory.Allocators;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.scan.EntryPool;
import dev.envelope.scan.ScanMetrics;
import dev.envelope.scan.ScanPlan;
import dev.envelope.scan.ScanPlanner;
import dev.envelope.scan.ScanTask;
import dev.envelope.scan.TaskBatch;
import dev.envelope.scan.TaskReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A query on a Redis, up to its batches. Immutable.
 *
 * <p>Timeouts are short and nothing lingers unless a test says otherwise.
 */
final class RedisScan {
  private final Map<String, String> options;

  private RedisScan(Map<String, String> options) {
    this.options = options;
  }

  /** Reads one key. */
  static RedisScan of(String url, String key) {
    return at(url).with("key", key);
  }

  /** Reads nothing yet. */
  static RedisScan at(String url) {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("url", url);
    options.put("redis-connect-timeout", "2s");
    options.put("redis-command-timeout", "3s");
    options.put("region-linger", "0s");
    return new RedisScan(options);
  }

  /** The same query with one more option. */
  RedisScan with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(options);
    more.put(name, value);
    return new RedisScan(more);
  }

  Map<String, String> options() {
    return options;
  }

  ScanPlan plan() {
    return ScanPlanner.plan(EnvelopeOptions.parse(options));
  }

  /** What came of a query. */
  record Result(long rows, List<Long> constants) {
    /** The one number of all rows. */
    long constant() {
      if (constants.stream().distinct().count() != 1) {
        throw new AssertionError("rows of several writes: " + constants);
      }
      return constants.get(0);
    }
  }

  /** Plans, and reads everything that {@link StoredValues#constant} wrote. */
  Result run() {
    return run(plan(), new ScanMetrics());
  }

  Result run(ScanMetrics metrics) {
    return run(plan(), metrics);
  }

  static List<String> columns(ScanPlan plan) {
    return plan.columns().stream().map(column -> column.field().getName()).toList();
  }

  static Result run(ScanPlan plan, ScanMetrics metrics) {
    return run(plan, columns(plan), metrics);
  }

  static Result run(ScanPlan plan, List<String> columns, ScanMetrics metrics) {
    long rows = 0;
    List<Long> constants = new ArrayList<>();
    for (ScanTask task : plan.tasks(columns, 1, Long.MAX_VALUE)) {
      try (TaskReader reader = new TaskReader(task, "test", metrics)) {
        for (TaskBatch batch = reader.next(); batch != null; batch = reader.next()) {
          rows += batch.rowCount();
          constants.add(StoredValues.constantOf(batch));
        }
      }
    }
    return new Result(rows, constants);
  }

  /** Fails if anything that was allocated is still there. */
  static void assertNothingHeld() {
    EntryPool.ofThisJvm().clear();
    long left = Allocators.root().getAllocatedMemory();
    if (left != 0) {
      throw new AssertionError(left + " bytes were not given back");
    }
  }
}

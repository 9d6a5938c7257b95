package dev.envelope.testing;

import dev.envelope.memory.Allocators;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.scan.EntryPool;
import dev.envelope.scan.ScanMetrics;
import dev.envelope.scan.ScanPlan;
import dev.envelope.scan.ScanPlanner;
import dev.envelope.scan.ScanTask;
import dev.envelope.scan.TableColumn;
import dev.envelope.scan.TaskBatch;
import dev.envelope.scan.TaskReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.arrow.vector.types.pojo.Field;

/** Reads entries to the end as an engine would, distrusting every batch, and looks for leaks. */
public final class Probe {
  /**
   * What came of it.
   *
   * @param rows how many rows were read
   * @param columns a hash of the values of each column that was read
   * @param skipped how many entries were left out
   */
  public record Rows(long rows, Map<String, Long> columns, int skipped) {
    /** Whether these are rows of the same table, of which this may have fewer columns. */
    public boolean areOf(Rows whole) {
      return rows == whole.rows && whole.columns.entrySet().containsAll(columns.entrySet());
    }
  }

  private Probe() {}

  /** Options for one entry in a directory. */
  public static Map<String, String> options(Path directory, EntryFile entry, String access) {
    Map<String, String> options = new TreeMap<>();
    options.put("path", directory.toString());
    options.put("key", entry.key());
    options.put("file-access", access);
    return options;
  }

  /**
   * Plans, reads all batches of all tasks, and gives everything back.
   *
   * @param columns which columns to read
   * @throws dev.envelope.EnvelopeException as the planner and the reader throw it
   * @throws UnsafeBatchError when a batch points out of its memory
   * @throws AssertionError when memory is still allocated afterwards
   */
  public static Rows read(Map<String, String> options, Predicate<Field> columns) {
    long before = Allocators.root().getAllocatedMemory();
    Rows rows;
    try {
      rows = readAll(options, columns);
    } catch (Throwable e) {
      try {
        checkReleased(before);
      } catch (AssertionError leak) {
        leak.addSuppressed(e);
        throw leak;
      }
      throw e;
    }
    checkReleased(before);
    return rows;
  }

  private static void checkReleased(long before) {
    EntryPool.ofThisJvm().clear();
    long left = Allocators.root().getAllocatedMemory() - before;
    if (left != 0) {
      throw new AssertionError(left + " bytes were not given back");
    }
  }

  /**
   * Plans and reads everything, and spells it.
   *
   * @throws dev.envelope.EnvelopeException as the planner and the reader throw it
   * @throws AssertionError when memory is still allocated afterwards
   */
  public static SpeltRows spell(Map<String, String> options) {
    long before = Allocators.root().getAllocatedMemory();
    SpeltRows rows;
    try {
      rows = spellAll(options);
    } catch (Throwable e) {
      try {
        checkReleased(before);
      } catch (AssertionError leak) {
        leak.addSuppressed(e);
        throw leak;
      }
      throw e;
    }
    checkReleased(before);
    return rows;
  }

  private static SpeltRows spellAll(Map<String, String> options) {
    ScanPlan plan = ScanPlanner.plan(EnvelopeOptions.parse(options));
    List<String> names = plan.columns().stream().map(column -> column.field().getName()).toList();
    SpeltRows rows = SpeltRows.none(names);
    for (ScanTask task : plan.tasks(names, 1, Long.MAX_VALUE)) {
      try (TaskReader reader = new TaskReader(task, "probe", new ScanMetrics())) {
        for (TaskBatch batch = reader.next(); batch != null; batch = reader.next()) {
          rows.add(batch);
        }
      }
    }
    return rows;
  }

  private static Rows readAll(Map<String, String> options, Predicate<Field> columns) {
    ScanPlan plan = ScanPlanner.plan(EnvelopeOptions.parse(options));
    List<String> names =
        plan.columns().stream()
            .map(TableColumn::field)
            .filter(columns)
            .map(Field::getName)
            .toList();
    BatchWalker walker = new BatchWalker();
    ScanMetrics metrics = new ScanMetrics();
    for (ScanTask task : plan.tasks(names, 1, Long.MAX_VALUE)) {
      try (TaskReader reader = new TaskReader(task, "probe", metrics)) {
        for (TaskBatch batch = reader.next(); batch != null; batch = reader.next()) {
          walker.walk(batch);
        }
      }
    }
    int skipped = plan.skipped().size() + (int) metrics.skippedEntries();
    return new Rows(walker.rows(), walker.hashes(), skipped);
  }
}

package dev.envelope.scan;

import dev.envelope.options.EnvelopeOptions;
import dev.envelope.store.StoreLocation;
import java.util.ArrayList;
import java.util.List;

/**
 * The entries of a scan and the table they make up, from their headers and footers alone.
 * Immutable.
 *
 * @param location where the entries are
 * @param options how to read them
 * @param columns the columns of the table
 * @param entries the entries in the order of the scan
 * @param skipped the entries that were left out, and why; only with {@code on-missing} or {@code
 *     on-corrupt} = {@code skip}
 */
public record ScanPlan(
    StoreLocation location,
    EnvelopeOptions options,
    List<TableColumn> columns,
    List<PlannedEntry> entries,
    List<SkippedEntry> skipped) {

  /** Below this a task costs more to start than to run; as Spark's {@code openCostInBytes}. */
  private static final long SMALLEST_TASK = 4L << 20;

  /** How many rows the table has. */
  public long rows() {
    return entries.stream().mapToLong(PlannedEntry::rows).sum();
  }

  /** How many bytes the stored values have. */
  public long bytes() {
    return entries.stream().mapToLong(PlannedEntry::bytes).sum();
  }

  /**
   * Cuts the scan into tasks: large entries into ranges of batches, small ones together.
   *
   * @param columns the names of the columns to read
   * @param parallelism how many tasks can run at once
   * @param rowLimit how many rows are enough, or {@link Long#MAX_VALUE}
   */
  public List<ScanTask> tasks(List<String> columns, int parallelism, long rowLimit) {
    long share = (bytes() + parallelism - 1) / Math.max(1, parallelism);
    // A task for each core even if it is small, but not below what is worth a task.
    long target = Math.min(options.splitSize(), Math.max(SMALLEST_TASK, share));
    List<ScanTask> tasks = new ArrayList<>();
    List<EntrySlice> open = new ArrayList<>();
    long openBytes = 0;
    long rows = 0;
    for (PlannedEntry entry : entries) {
      int from = 0;
      int to = 0;
      int count = entry.batches().size();
      while (to < count && rows < rowLimit) {
        long batchBytes = entry.batches().get(to).bytes();
        // Cut where that comes closer to the target than going on.
        if (openBytes > 0 && openBytes + batchBytes / 2 >= target) {
          if (to > from) {
            open.add(new EntrySlice(entry, from, to));
          }
          tasks.add(new ScanTask(location, options, columns, List.copyOf(open)));
          open.clear();
          openBytes = 0;
          from = to;
        }
        openBytes += batchBytes;
        rows += entry.batches().get(to).rows();
        to++;
      }
      if (to > from) {
        open.add(new EntrySlice(entry, from, to));
      }
    }
    if (!open.isEmpty()) {
      tasks.add(new ScanTask(location, options, columns, List.copyOf(open)));
    }
    return tasks;
  }
}

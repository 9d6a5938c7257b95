package dev.envelope.flink.source.enumerator;

import dev.envelope.flink.source.PlannedTable;
import dev.envelope.flink.source.SourceSettings;
import dev.envelope.scan.ScanPlan;
import dev.envelope.scan.ScanTask;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Lists the entries and makes tasks of them. Runs on a thread of its own; stateless. */
final class SplitPlanner {
  private final SourceSettings settings;
  private final int parallelism;

  SplitPlanner(SourceSettings settings, int parallelism) {
    this.settings = settings;
    this.parallelism = parallelism;
  }

  /**
   * What was found.
   *
   * @param tasks what is to be read
   * @param against the writes that were known before, the same object; of a continuous source
   * @param present all writes of entries that are there; none of a bounded source
   */
  record Found(List<ScanTask> tasks, Set<EntryWrite> against, Set<EntryWrite> present) {}

  /** All entries, once. */
  Found all() {
    return new Found(
        tasks(PlannedTable.of(settings, PlannedTable.list(settings, false))), Set.of(), Set.of());
  }

  /**
   * The entries that are new, or were written again.
   *
   * @param seen the writes that are known
   */
  Found unseen(Set<EntryWrite> seen) {
    ScanPlan plan = PlannedTable.list(settings, true);
    Set<EntryWrite> present =
        plan.entries().stream().map(EntryWrite::of).collect(Collectors.toSet());
    ScanPlan fresh = plan.only(entry -> !seen.contains(EntryWrite.of(entry)));
    return new Found(tasks(PlannedTable.of(settings, fresh)), seen, present);
  }

  private List<ScanTask> tasks(PlannedTable table) {
    return table.plan().tasks(settings.columns().names(), parallelism, settings.limit());
  }
}

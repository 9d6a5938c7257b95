package dev.envelope.scan;

import dev.envelope.options.EnvelopeOptions;
import dev.envelope.payload.Column;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.BigIntVector;

/** Plans and runs scans of what {@link dev.envelope.testing.EntryWriter#numbers} writes. */
final class Scans {
  private Scans() {}

  /** Options for a directory: names and values in turn. */
  static EnvelopeOptions options(Path directory, String... namesAndValues) {
    Map<String, String> options = new HashMap<>(Map.of("path", directory.toString()));
    for (int i = 0; i < namesAndValues.length; i += 2) {
      options.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return EnvelopeOptions.parse(options);
  }

  static ScanPlan plan(Path directory, String... namesAndValues) {
    return ScanPlanner.plan(options(directory, namesAndValues));
  }

  /** Everything as one task. */
  static ScanTask task(ScanPlan plan, String... columns) {
    List<EntrySlice> slices = plan.entries().stream().map(EntrySlice::whole).toList();
    return new ScanTask(
        plan.location(),
        plan.options(),
        List.of(columns),
        slices,
        new TaskTable(plan.columns(), false),
        plan.keyed());
  }

  /** The task with other options, as if the plan had been made with them. */
  static ScanTask with(ScanTask task, EnvelopeOptions options) {
    return new ScanTask(
        new dev.envelope.store.FileStoreLocation(
            options.path().orElseThrow().toString(), options.fileAccess()),
        options,
        task.columns(),
        task.slices());
  }

  static List<Long> numbers(ScanTask task, ScanMetrics metrics) {
    List<Long> numbers = new ArrayList<>();
    try (TaskReader reader = new TaskReader(task, "test", metrics)) {
      for (TaskBatch batch = reader.next(); batch != null; batch = reader.next()) {
        numbers.addAll(numbers(batch));
      }
    }
    return numbers;
  }

  static List<Long> numbers(TaskBatch batch) {
    List<Long> numbers = new ArrayList<>();
    Column column = batch.columns().get(0);
    for (int i = 0; i < batch.rowCount(); i++) {
      numbers.add(column == null ? null : ((BigIntVector) column.vector()).get(i));
    }
    return numbers;
  }

  /** The numbers from one on, up to another without it. */
  static List<Long> range(long from, long to) {
    return java.util.stream.LongStream.range(from, to).boxed().toList();
  }
}

package dev.envelope.cli;

import dev.envelope.options.EnvelopeOptions;
import dev.envelope.scan.ScanMetrics;
import dev.envelope.scan.ScanPlan;
import dev.envelope.scan.ScanPlanner;
import dev.envelope.scan.ScanTask;
import dev.envelope.scan.TableColumn;
import dev.envelope.scan.TaskBatch;
import dev.envelope.scan.TaskReader;
import java.io.IOException;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;

/** The rows that options ask for, batch by batch, planned and read as an engine does it. */
final class Rows {
  private final ScanPlan plan;

  Rows(EnvelopeOptions options) {
    this.plan = ScanPlanner.plan(options);
  }

  /** What is done with each batch. */
  interface Sink {
    /**
     * Takes a batch, which is valid in this call.
     *
     * @return whether more are wanted
     */
    boolean take(TaskBatch batch) throws IOException;
  }

  List<Field> fields() {
    return plan.columns().stream().map(TableColumn::field).toList();
  }

  List<String> names() {
    return fields().stream().map(Field::getName).toList();
  }

  /**
   * Reads until the rows end or the sink has enough.
   *
   * @param limit how many rows are enough
   */
  void read(long limit, Sink sink) throws IOException {
    ScanMetrics metrics = new ScanMetrics();
    for (ScanTask task : plan.tasks(names(), 1, limit)) {
      try (TaskReader reader = new TaskReader(task, "envelope", metrics)) {
        for (TaskBatch batch = reader.next(); batch != null; batch = reader.next()) {
          if (!sink.take(batch)) {
            return;
          }
        }
      }
    }
  }
}

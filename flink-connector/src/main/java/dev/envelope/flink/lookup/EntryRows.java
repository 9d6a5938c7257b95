package dev.envelope.flink.lookup;

import dev.envelope.flink.source.PlannedTable;
import dev.envelope.flink.source.SourceSettings;
import dev.envelope.flink.vector.RowView;
import dev.envelope.scan.ScanMetrics;
import dev.envelope.scan.ScanPlan;
import dev.envelope.scan.ScanTask;
import dev.envelope.scan.TaskBatch;
import dev.envelope.scan.TaskReader;
import java.util.function.Consumer;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;

/** Rows out of entries, copied: they outlive the batches. Used by one thread at a time. */
final class EntryRows {
  private final SourceSettings settings;
  private final RowDataSerializer serializer;
  private final ScanMetrics metrics = new ScanMetrics();

  EntryRows(SourceSettings settings) {
    this.settings = settings;
    this.serializer = new RowDataSerializer(settings.columns().rowType());
  }

  /**
   * Reads all rows of a plan.
   *
   * @param taker gets each row, which is its own to keep
   * @throws dev.envelope.EnvelopeException when an entry cannot be read
   */
  void read(ScanPlan plan, Consumer<BinaryRowData> taker) {
    PlannedTable table = PlannedTable.of(settings, plan);
    for (ScanTask task : table.plan().tasks(settings.columns().names(), 1, Long.MAX_VALUE)) {
      try (TaskReader reader = new TaskReader(task, "lookup", metrics)) {
        for (TaskBatch batch = reader.next(); batch != null; batch = reader.next()) {
          RowView rows = settings.columns().open(batch);
          for (int i = 0; i < batch.rowCount(); i++) {
            taker.accept(serializer.toBinaryRow(rows.at(i)).copy());
          }
        }
      }
    }
  }
}

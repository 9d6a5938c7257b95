package dev.envelope.flink.source.reader;

import dev.envelope.flink.source.split.SplitProgress;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.connector.base.source.reader.RecordEmitter;
import org.apache.flink.table.data.RowData;

/** Emits a row, then counts it: a row that fails on the way is read again. */
final class RowEmitter implements RecordEmitter<BatchRow, RowData, SplitProgress> {
  @Override
  public void emitRecord(BatchRow row, SourceOutput<RowData> output, SplitProgress progress) {
    output.collect(row.row());
    progress.emitted(row.place(), row.done());
  }
}

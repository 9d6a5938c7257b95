package dev.envelope.flink.source.reader;

import dev.envelope.flink.source.split.SplitProgress;
import dev.envelope.flink.vector.RowView;
import org.apache.flink.table.data.RowData;

/** A row and its place; one object shows all rows of a batch, one after the other. */
final class BatchRow {
  private final RowView rows;
  private final SplitProgress.Place place;
  private int next;

  BatchRow(RowView rows, SplitProgress.Place place, int first) {
    this.rows = rows;
    this.place = place;
    this.next = first;
  }

  /** Goes to the next row, if there is one. */
  boolean advance() {
    if (next >= place.rowCount()) {
      return false;
    }
    next++;
    return true;
  }

  RowData row() {
    return rows.at(next - 1);
  }

  SplitProgress.Place place() {
    return place;
  }

  /** How many rows of the batch are done once this one is emitted. */
  int done() {
    return next;
  }
}

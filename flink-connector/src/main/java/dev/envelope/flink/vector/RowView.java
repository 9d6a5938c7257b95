package dev.envelope.flink.vector;

import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.columnar.ColumnarRowData;
import org.apache.flink.table.data.columnar.vector.ColumnVector;
import org.apache.flink.table.data.columnar.vector.VectorizedColumnBatch;
import org.apache.flink.types.RowKind;

/**
 * The rows of a batch, shown one after the other by one object. Nothing is copied: a row is valid
 * until the next one is asked for, and until the batch of its columns is closed. Used by one thread
 * at a time.
 */
public final class RowView {
  private final ColumnarRowData row;

  /**
   * A view of vectors of one length.
   *
   * @param columns the columns of the row, in order; borrowed, as their batch is
   */
  public RowView(ColumnVector[] columns) {
    this.row = new ColumnarRowData(new VectorizedColumnBatch(columns));
  }

  /** A row by its place in the batch, from 0; the same object every time. */
  public RowData at(int place) {
    row.setRowId(place);
    // Whoever had the row before may have marked it, as operators on changelogs do.
    row.setRowKind(RowKind.INSERT);
    return row;
  }
}

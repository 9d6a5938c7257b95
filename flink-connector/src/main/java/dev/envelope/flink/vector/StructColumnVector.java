package dev.envelope.flink.vector;

import dev.envelope.payload.Column;
import org.apache.flink.table.data.columnar.ColumnarRowData;
import org.apache.flink.table.data.columnar.vector.ColumnVector;
import org.apache.flink.table.data.columnar.vector.RowColumnVector;
import org.apache.flink.table.data.columnar.vector.VectorizedColumnBatch;

/** Structs: one vector per field that was asked for, in the order of the wanted type. */
final class StructColumnVector extends ArrowBackedColumnVector implements RowColumnVector {
  private final VectorizedColumnBatch fields;

  StructColumnVector(Column column, ColumnVector[] fields) {
    super(column);
    this.fields = new VectorizedColumnBatch(fields);
  }

  /** The values of a field; what stands in it where the struct is null means nothing. */
  ColumnVector field(int index) {
    return fields.columns[index];
  }

  /** A row of its own: callers keep several of them. */
  @Override
  public ColumnarRowData getRow(int row) {
    return new ColumnarRowData(fields, row);
  }
}

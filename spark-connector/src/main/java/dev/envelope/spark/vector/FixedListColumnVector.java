package dev.envelope.spark.vector;

import dev.envelope.payload.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarArray;

/** Lists of as many elements in every row, also in null ones. */
final class FixedListColumnVector extends ArrowBackedColumnVector {
  private final int size;
  private final ColumnVector elements;

  FixedListColumnVector(DataType type, Column column, int size, ColumnVector elements) {
    super(type, column);
    this.size = size;
    this.elements = elements;
  }

  @Override
  public ColumnarArray getArray(int row) {
    return isNullAt(row) ? null : new ColumnarArray(elements, row * size, size);
  }
}

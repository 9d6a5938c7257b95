package dev.envelope.flink.vector;

import dev.envelope.payload.Column;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.columnar.ColumnarArrayData;
import org.apache.flink.table.data.columnar.vector.ArrayColumnVector;
import org.apache.flink.table.data.columnar.vector.ColumnVector;

/** Lists of as many elements in every row, also in null ones. */
final class FixedListColumnVector extends ArrowBackedColumnVector implements ArrayColumnVector {
  private final int size;
  private final ColumnVector elements;

  FixedListColumnVector(Column column, int size, ColumnVector elements) {
    super(column);
    this.size = size;
    this.elements = elements;
  }

  @Override
  public ArrayData getArray(int row) {
    return isNullAt(row) ? null : new ColumnarArrayData(elements, row * size, size);
  }
}

package dev.envelope.spark.vector;

import dev.envelope.payload.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.unsafe.Platform;

/** Lists behind 32-bit offsets into one vector of all elements. */
final class ListColumnVector extends ArrowBackedColumnVector {
  private final long offsets;
  private final ColumnVector elements;

  ListColumnVector(DataType type, Column column, ColumnVector elements) {
    super(type, column);
    this.offsets = column.vector().getOffsetBufferAddress();
    this.elements = elements;
  }

  @Override
  public ColumnarArray getArray(int row) {
    if (isNullAt(row)) {
      return null;
    }
    long at = offsets + ((long) row << 2);
    int start = Platform.getInt(null, at);
    return new ColumnarArray(elements, start, Platform.getInt(null, at + 4) - start);
  }
}

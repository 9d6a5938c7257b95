package dev.envelope.spark.vector;

import dev.envelope.payload.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.unsafe.Platform;

/**
 * Lists behind 64-bit offsets. The elements are one vector, whose length is an int, and offsets
 * stay within it: they always fit.
 */
final class LargeListColumnVector extends ArrowBackedColumnVector {
  private final long offsets;
  private final ColumnVector elements;

  LargeListColumnVector(DataType type, Column column, ColumnVector elements) {
    super(type, column);
    this.offsets = column.vector().getOffsetBufferAddress();
    this.elements = elements;
  }

  @Override
  public ColumnarArray getArray(int row) {
    if (isNullAt(row)) {
      return null;
    }
    long at = offsets + ((long) row << 3);
    long start = Platform.getLong(null, at);
    return new ColumnarArray(elements, (int) start, (int) (Platform.getLong(null, at + 8) - start));
  }
}

package dev.envelope.spark.vector;

import dev.envelope.payload.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarMap;
import org.apache.spark.unsafe.Platform;

/** Maps: lists of entries, whose keys and values are two vectors. */
final class MapColumnVector extends ArrowBackedColumnVector {
  private final long offsets;
  private final ColumnVector keys;
  private final ColumnVector values;

  MapColumnVector(DataType type, Column column, ColumnVector keys, ColumnVector values) {
    super(type, column);
    this.offsets = column.vector().getOffsetBufferAddress();
    this.keys = keys;
    this.values = values;
  }

  @Override
  public ColumnarMap getMap(int row) {
    if (isNullAt(row)) {
      return null;
    }
    long at = offsets + ((long) row << 2);
    int start = Platform.getInt(null, at);
    return new ColumnarMap(keys, values, start, Platform.getInt(null, at + 4) - start);
  }
}

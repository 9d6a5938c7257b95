package dev.envelope.spark.vector;

import dev.envelope.payload.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;

/** Double-precision floats. */
final class Float64ColumnVector extends ArrowBackedColumnVector {
  private final long data;

  Float64ColumnVector(DataType type, Column column) {
    super(type, column);
    this.data = column.vector().getDataBufferAddress();
  }

  @Override
  public double getDouble(int row) {
    return Platform.getDouble(null, data + ((long) row << 3));
  }
}

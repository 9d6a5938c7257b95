package dev.envelope.spark.vector;

import dev.envelope.payload.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;

/** Single-precision floats. */
final class Float32ColumnVector extends ArrowBackedColumnVector {
  private final long data;

  Float32ColumnVector(DataType type, Column column) {
    super(type, column);
    this.data = column.vector().getDataBufferAddress();
  }

  @Override
  public float getFloat(int row) {
    return Platform.getFloat(null, data + ((long) row << 2));
  }

  @Override
  public double getDouble(int row) {
    return getFloat(row);
  }
}

package dev.envelope.spark.vector;

import dev.envelope.payload.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;

/** Double-precision floats. */
final class Float64Vector extends ArrowBackedVector {
  private final long data;

  Float64Vector(DataType type, Column column) {
    super(type, column);
    this.data = column.vector().getDataBufferAddress();
  }

  @Override
  public double getDouble(int row) {
    return Platform.getDouble(null, data + ((long) row << 3));
  }
}

package dev.envelope.spark.vector;

import dev.envelope.payload.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;

/** 32-bit times of day in seconds or milliseconds, as microseconds. */
final class ScaledInt32ColumnVector extends ArrowBackedColumnVector {
  private final long data;
  private final long factor;

  ScaledInt32ColumnVector(DataType type, Column column, long factor) {
    super(type, column);
    this.data = column.vector().getDataBufferAddress();
    this.factor = factor;
  }

  @Override
  public long getLong(int row) {
    return Platform.getInt(null, data + ((long) row << 2)) * factor;
  }
}

package dev.envelope.spark.vector;

import dev.envelope.payload.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;

/** One bit per row, the lowest bit of a byte first. */
final class BooleanColumnVector extends ArrowBackedColumnVector {
  private final long data;

  BooleanColumnVector(DataType type, Column column) {
    super(type, column);
    this.data = column.vector().getDataBufferAddress();
  }

  @Override
  public boolean getBoolean(int row) {
    return (Platform.getByte(null, data + (row >> 3)) & (1 << (row & 7))) != 0;
  }
}

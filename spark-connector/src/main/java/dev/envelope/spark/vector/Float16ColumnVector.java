package dev.envelope.spark.vector;

import dev.envelope.payload.Column;
import org.apache.arrow.memory.util.Float16;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;

/** Half-precision floats, which are converted one by one: Java 17 has no instruction for it. */
final class Float16ColumnVector extends ArrowBackedColumnVector {
  private final long data;

  Float16ColumnVector(DataType type, Column column) {
    super(type, column);
    this.data = column.vector().getDataBufferAddress();
  }

  @Override
  public float getFloat(int row) {
    return Float16.toFloat(Platform.getShort(null, data + ((long) row << 1)));
  }

  @Override
  public double getDouble(int row) {
    return getFloat(row);
  }
}

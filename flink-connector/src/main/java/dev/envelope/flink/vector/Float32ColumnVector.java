package dev.envelope.flink.vector;

import dev.envelope.payload.Column;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.flink.table.data.columnar.vector.DoubleColumnVector;
import org.apache.flink.table.data.columnar.vector.FloatColumnVector;

/** Single-precision floats. */
final class Float32ColumnVector extends ArrowBackedColumnVector
    implements FloatColumnVector, DoubleColumnVector {
  private final long data;

  Float32ColumnVector(Column column) {
    super(column);
    this.data = column.vector().getDataBufferAddress();
  }

  @Override
  public float getFloat(int row) {
    return Float.intBitsToFloat(MemoryUtil.getInt(data + ((long) row << 2)));
  }

  @Override
  public double getDouble(int row) {
    return getFloat(row);
  }
}

package dev.envelope.flink.vector;

import dev.envelope.payload.Column;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.flink.table.data.columnar.vector.DoubleColumnVector;

/** Double-precision floats. */
final class Float64ColumnVector extends ArrowBackedColumnVector implements DoubleColumnVector {
  private final long data;

  Float64ColumnVector(Column column) {
    super(column);
    this.data = column.vector().getDataBufferAddress();
  }

  @Override
  public double getDouble(int row) {
    return Double.longBitsToDouble(MemoryUtil.getLong(data + ((long) row << 3)));
  }
}

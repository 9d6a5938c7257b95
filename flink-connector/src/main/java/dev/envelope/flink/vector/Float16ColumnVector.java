package dev.envelope.flink.vector;

import dev.envelope.payload.Column;
import org.apache.arrow.memory.util.Float16;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.flink.table.data.columnar.vector.DoubleColumnVector;
import org.apache.flink.table.data.columnar.vector.FloatColumnVector;

/** Half-precision floats, which are converted one by one: Java 17 has no instruction for it. */
final class Float16ColumnVector extends ArrowBackedColumnVector
    implements FloatColumnVector, DoubleColumnVector {
  private final long data;

  Float16ColumnVector(Column column) {
    super(column);
    this.data = column.vector().getDataBufferAddress();
  }

  @Override
  public float getFloat(int row) {
    return Float16.toFloat(MemoryUtil.getShort(data + ((long) row << 1)));
  }

  @Override
  public double getDouble(int row) {
    return getFloat(row);
  }
}

package dev.envelope.flink.vector;

import dev.envelope.payload.Column;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.columnar.vector.DecimalColumnVector;
import org.apache.flink.table.data.columnar.vector.DoubleColumnVector;
import org.apache.flink.table.data.columnar.vector.FloatColumnVector;
import org.apache.flink.table.data.columnar.vector.IntColumnVector;
import org.apache.flink.table.data.columnar.vector.LongColumnVector;
import org.apache.flink.table.types.logical.LogicalType;

/** Unsigned 16-bit integers. */
final class UInt16ColumnVector extends ArrowBackedColumnVector
    implements IntColumnVector,
        LongColumnVector,
        FloatColumnVector,
        DoubleColumnVector,
        DecimalColumnVector {
  private final long data;
  private final DecimalScaler decimals;

  UInt16ColumnVector(LogicalType type, Column column) {
    super(column);
    this.data = column.vector().getDataBufferAddress();
    this.decimals = DecimalScaler.ofIntegers(type);
  }

  @Override
  public int getInt(int row) {
    return MemoryUtil.getShort(data + ((long) row << 1)) & 0xffff;
  }

  @Override
  public long getLong(int row) {
    return getInt(row);
  }

  @Override
  public float getFloat(int row) {
    return getInt(row);
  }

  @Override
  public double getDouble(int row) {
    return getInt(row);
  }

  @Override
  public DecimalData getDecimal(int row, int precision, int scale) {
    return isNullAt(row) ? null : decimals.scale(getInt(row));
  }
}

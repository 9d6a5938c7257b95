package dev.envelope.flink.vector;

import dev.envelope.payload.Column;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.columnar.vector.DecimalColumnVector;
import org.apache.flink.table.data.columnar.vector.DoubleColumnVector;
import org.apache.flink.table.data.columnar.vector.LongColumnVector;
import org.apache.flink.table.types.logical.LogicalType;

/** Unsigned 32-bit integers. */
final class UInt32ColumnVector extends ArrowBackedColumnVector
    implements LongColumnVector, DoubleColumnVector, DecimalColumnVector {
  private final long data;
  private final DecimalScaler decimals;

  UInt32ColumnVector(LogicalType type, Column column) {
    super(column);
    this.data = column.vector().getDataBufferAddress();
    this.decimals = DecimalScaler.ofIntegers(type);
  }

  @Override
  public long getLong(int row) {
    return MemoryUtil.getInt(data + ((long) row << 2)) & 0xffff_ffffL;
  }

  @Override
  public double getDouble(int row) {
    return getLong(row);
  }

  @Override
  public DecimalData getDecimal(int row, int precision, int scale) {
    return isNullAt(row) ? null : decimals.scale(getLong(row));
  }
}

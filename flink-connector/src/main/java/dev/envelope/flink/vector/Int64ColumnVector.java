package dev.envelope.flink.vector;

import dev.envelope.payload.Column;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.columnar.vector.DecimalColumnVector;
import org.apache.flink.table.data.columnar.vector.LongColumnVector;
import org.apache.flink.table.types.logical.LogicalType;

/** Signed 64-bit integers, and times that are in the wanted unit. */
final class Int64ColumnVector extends ArrowBackedColumnVector
    implements LongColumnVector, DecimalColumnVector {
  private final long data;
  private final DecimalScaler decimals;

  Int64ColumnVector(LogicalType type, Column column) {
    super(column);
    this.data = column.vector().getDataBufferAddress();
    this.decimals = DecimalScaler.ofIntegers(type);
  }

  @Override
  public long getLong(int row) {
    return MemoryUtil.getLong(data + ((long) row << 3));
  }

  @Override
  public DecimalData getDecimal(int row, int precision, int scale) {
    return isNullAt(row) ? null : decimals.scale(getLong(row));
  }
}

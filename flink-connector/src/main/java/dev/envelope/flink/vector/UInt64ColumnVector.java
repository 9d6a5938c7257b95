package dev.envelope.flink.vector;

import dev.envelope.payload.Column;
import java.math.BigInteger;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.columnar.vector.DecimalColumnVector;
import org.apache.flink.table.types.logical.LogicalType;

/** Unsigned 64-bit integers, for which Flink has nothing smaller than decimals. */
final class UInt64ColumnVector extends ArrowBackedColumnVector implements DecimalColumnVector {
  private final long data;
  private final DecimalScaler decimals;

  UInt64ColumnVector(LogicalType type, Column column) {
    super(column);
    this.data = column.vector().getDataBufferAddress();
    this.decimals = DecimalScaler.ofIntegers(type);
  }

  @Override
  public DecimalData getDecimal(int row, int precision, int scale) {
    if (isNullAt(row)) {
      return null;
    }
    long value = MemoryUtil.getLong(data + ((long) row << 3));
    return value >= 0
        ? decimals.scale(value)
        : decimals.scale(new BigInteger(Long.toUnsignedString(value)));
  }
}

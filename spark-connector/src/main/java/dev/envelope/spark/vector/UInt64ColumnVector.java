package dev.envelope.spark.vector;

import dev.envelope.payload.Column;
import java.math.BigInteger;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.unsafe.Platform;

/** Unsigned 64-bit integers, for which Spark has nothing smaller than decimals. */
final class UInt64ColumnVector extends ArrowBackedColumnVector {
  private final long data;
  private final DecimalScaler decimals;

  UInt64ColumnVector(DataType type, Column column) {
    super(type, column);
    this.data = column.vector().getDataBufferAddress();
    this.decimals = DecimalScaler.ofIntegers(type);
  }

  @Override
  public Decimal getDecimal(int row, int precision, int scale) {
    if (isNullAt(row)) {
      return null;
    }
    long value = Platform.getLong(null, data + ((long) row << 3));
    return value >= 0
        ? decimals.scale(value)
        : decimals.scale(new BigInteger(Long.toUnsignedString(value)));
  }
}

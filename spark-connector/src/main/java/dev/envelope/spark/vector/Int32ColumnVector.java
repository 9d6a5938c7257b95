package dev.envelope.spark.vector;

import dev.envelope.payload.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.unsafe.Platform;

/** 32-bit integers, days since 1970 and months of a year-month interval. */
final class Int32ColumnVector extends ArrowBackedColumnVector {
  private final long data;
  private final DecimalScaler decimals;

  Int32ColumnVector(DataType type, Column column) {
    super(type, column);
    this.data = column.vector().getDataBufferAddress();
    this.decimals = DecimalScaler.ofIntegers(type);
  }

  @Override
  public int getInt(int row) {
    return Platform.getInt(null, data + ((long) row << 2));
  }

  @Override
  public long getLong(int row) {
    return getInt(row);
  }

  @Override
  public double getDouble(int row) {
    return getInt(row);
  }

  @Override
  public Decimal getDecimal(int row, int precision, int scale) {
    return isNullAt(row) ? null : decimals.scale(getInt(row));
  }
}

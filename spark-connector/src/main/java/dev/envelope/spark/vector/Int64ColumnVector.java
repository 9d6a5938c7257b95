package dev.envelope.spark.vector;

import dev.envelope.payload.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.unsafe.Platform;

/** 64-bit integers, and times that are microseconds already or stay as they are. */
final class Int64ColumnVector extends ArrowBackedColumnVector {
  private final long data;
  private final DecimalScaler decimals;

  Int64ColumnVector(DataType type, Column column) {
    super(type, column);
    this.data = column.vector().getDataBufferAddress();
    this.decimals = DecimalScaler.ofIntegers(type);
  }

  @Override
  public long getLong(int row) {
    return Platform.getLong(null, data + ((long) row << 3));
  }

  @Override
  public Decimal getDecimal(int row, int precision, int scale) {
    return isNullAt(row) ? null : decimals.scale(getLong(row));
  }
}

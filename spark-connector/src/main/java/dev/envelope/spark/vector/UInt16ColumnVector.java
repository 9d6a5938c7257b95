package dev.envelope.spark.vector;

import dev.envelope.payload.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.unsafe.Platform;

/** Unsigned 16-bit integers. */
final class UInt16ColumnVector extends ArrowBackedColumnVector {
  private final long data;
  private final DecimalScaler decimals;

  UInt16ColumnVector(DataType type, Column column) {
    super(type, column);
    this.data = column.vector().getDataBufferAddress();
    this.decimals = DecimalScaler.ofIntegers(type);
  }

  @Override
  public int getInt(int row) {
    return Platform.getShort(null, data + ((long) row << 1)) & 0xffff;
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
  public Decimal getDecimal(int row, int precision, int scale) {
    return isNullAt(row) ? null : decimals.scale(getInt(row));
  }
}

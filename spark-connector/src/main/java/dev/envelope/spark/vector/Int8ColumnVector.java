package dev.envelope.spark.vector;

import dev.envelope.payload.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.unsafe.Platform;

/** 8-bit integers. */
final class Int8ColumnVector extends ArrowBackedColumnVector {
  private final long data;
  private final DecimalScaler decimals;

  Int8ColumnVector(DataType type, Column column) {
    super(type, column);
    this.data = column.vector().getDataBufferAddress();
    this.decimals = DecimalScaler.ofIntegers(type);
  }

  @Override
  public byte getByte(int row) {
    return Platform.getByte(null, data + row);
  }

  @Override
  public short getShort(int row) {
    return getByte(row);
  }

  @Override
  public int getInt(int row) {
    return getByte(row);
  }

  @Override
  public long getLong(int row) {
    return getByte(row);
  }

  @Override
  public float getFloat(int row) {
    return getByte(row);
  }

  @Override
  public double getDouble(int row) {
    return getByte(row);
  }

  @Override
  public Decimal getDecimal(int row, int precision, int scale) {
    return isNullAt(row) ? null : decimals.scale(getByte(row));
  }
}

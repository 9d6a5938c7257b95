package dev.envelope.flink.vector;

import dev.envelope.payload.Column;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.columnar.vector.DecimalColumnVector;
import org.apache.flink.table.data.columnar.vector.DoubleColumnVector;
import org.apache.flink.table.data.columnar.vector.FloatColumnVector;
import org.apache.flink.table.data.columnar.vector.IntColumnVector;
import org.apache.flink.table.data.columnar.vector.LongColumnVector;
import org.apache.flink.table.data.columnar.vector.ShortColumnVector;
import org.apache.flink.table.types.logical.LogicalType;

/** Unsigned 8-bit integers. */
final class UInt8ColumnVector extends ArrowBackedColumnVector
    implements ShortColumnVector,
        IntColumnVector,
        LongColumnVector,
        FloatColumnVector,
        DoubleColumnVector,
        DecimalColumnVector {
  private final long data;
  private final DecimalScaler decimals;

  UInt8ColumnVector(LogicalType type, Column column) {
    super(column);
    this.data = column.vector().getDataBufferAddress();
    this.decimals = DecimalScaler.ofIntegers(type);
  }

  @Override
  public short getShort(int row) {
    return (short) (MemoryUtil.getByte(data + row) & 0xff);
  }

  @Override
  public int getInt(int row) {
    return getShort(row);
  }

  @Override
  public long getLong(int row) {
    return getShort(row);
  }

  @Override
  public float getFloat(int row) {
    return getShort(row);
  }

  @Override
  public double getDouble(int row) {
    return getShort(row);
  }

  @Override
  public DecimalData getDecimal(int row, int precision, int scale) {
    return isNullAt(row) ? null : decimals.scale(getShort(row));
  }
}

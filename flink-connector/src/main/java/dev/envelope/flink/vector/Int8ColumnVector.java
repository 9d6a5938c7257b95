package dev.envelope.flink.vector;

import dev.envelope.payload.Column;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.columnar.vector.ByteColumnVector;
import org.apache.flink.table.data.columnar.vector.DecimalColumnVector;
import org.apache.flink.table.data.columnar.vector.DoubleColumnVector;
import org.apache.flink.table.data.columnar.vector.FloatColumnVector;
import org.apache.flink.table.data.columnar.vector.IntColumnVector;
import org.apache.flink.table.data.columnar.vector.LongColumnVector;
import org.apache.flink.table.data.columnar.vector.ShortColumnVector;
import org.apache.flink.table.types.logical.LogicalType;

/** Signed 8-bit integers. */
final class Int8ColumnVector extends ArrowBackedColumnVector
    implements ByteColumnVector,
        ShortColumnVector,
        IntColumnVector,
        LongColumnVector,
        FloatColumnVector,
        DoubleColumnVector,
        DecimalColumnVector {
  private final long data;
  private final DecimalScaler decimals;

  Int8ColumnVector(LogicalType type, Column column) {
    super(column);
    this.data = column.vector().getDataBufferAddress();
    this.decimals = DecimalScaler.ofIntegers(type);
  }

  @Override
  public byte getByte(int row) {
    return MemoryUtil.getByte(data + row);
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
  public DecimalData getDecimal(int row, int precision, int scale) {
    return isNullAt(row) ? null : decimals.scale(getByte(row));
  }
}

package dev.envelope.flink.vector;

import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.data.columnar.ColumnarRowData;
import org.apache.flink.table.data.columnar.vector.ArrayColumnVector;
import org.apache.flink.table.data.columnar.vector.BooleanColumnVector;
import org.apache.flink.table.data.columnar.vector.ByteColumnVector;
import org.apache.flink.table.data.columnar.vector.BytesColumnVector;
import org.apache.flink.table.data.columnar.vector.DecimalColumnVector;
import org.apache.flink.table.data.columnar.vector.DoubleColumnVector;
import org.apache.flink.table.data.columnar.vector.FloatColumnVector;
import org.apache.flink.table.data.columnar.vector.IntColumnVector;
import org.apache.flink.table.data.columnar.vector.LongColumnVector;
import org.apache.flink.table.data.columnar.vector.MapColumnVector;
import org.apache.flink.table.data.columnar.vector.RowColumnVector;
import org.apache.flink.table.data.columnar.vector.ShortColumnVector;
import org.apache.flink.table.data.columnar.vector.TimestampColumnVector;

/** Nulls of any type: a column that the entry lacks, or one of Arrow's null type. No memory. */
final class NullsColumnVector
    implements BooleanColumnVector,
        ByteColumnVector,
        ShortColumnVector,
        IntColumnVector,
        LongColumnVector,
        FloatColumnVector,
        DoubleColumnVector,
        BytesColumnVector,
        DecimalColumnVector,
        TimestampColumnVector,
        ArrayColumnVector,
        MapColumnVector,
        RowColumnVector {
  static final NullsColumnVector INSTANCE = new NullsColumnVector();

  private NullsColumnVector() {}

  @Override
  public boolean isNullAt(int row) {
    return true;
  }

  @Override
  public boolean getBoolean(int row) {
    return false;
  }

  @Override
  public byte getByte(int row) {
    return 0;
  }

  @Override
  public short getShort(int row) {
    return 0;
  }

  @Override
  public int getInt(int row) {
    return 0;
  }

  @Override
  public long getLong(int row) {
    return 0;
  }

  @Override
  public float getFloat(int row) {
    return 0;
  }

  @Override
  public double getDouble(int row) {
    return 0;
  }

  @Override
  public Bytes getBytes(int row) {
    return null;
  }

  @Override
  public DecimalData getDecimal(int row, int precision, int scale) {
    return null;
  }

  @Override
  public TimestampData getTimestamp(int row, int precision) {
    return null;
  }

  @Override
  public ArrayData getArray(int row) {
    return null;
  }

  @Override
  public MapData getMap(int row) {
    return null;
  }

  @Override
  public ColumnarRowData getRow(int row) {
    return null;
  }
}

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
import org.apache.flink.table.data.columnar.vector.ColumnVector;
import org.apache.flink.table.data.columnar.vector.DecimalColumnVector;
import org.apache.flink.table.data.columnar.vector.DoubleColumnVector;
import org.apache.flink.table.data.columnar.vector.FloatColumnVector;
import org.apache.flink.table.data.columnar.vector.IntColumnVector;
import org.apache.flink.table.data.columnar.vector.LongColumnVector;
import org.apache.flink.table.data.columnar.vector.MapColumnVector;
import org.apache.flink.table.data.columnar.vector.RowColumnVector;
import org.apache.flink.table.data.columnar.vector.ShortColumnVector;
import org.apache.flink.table.data.columnar.vector.TimestampColumnVector;

/**
 * Values that stand in another vector, each at a place that is computed. A row is null where there
 * is no place for it, or nothing at that place.
 *
 * <p>One class for values of every type: a call site should not see a class for each. It has the
 * getters of all types, and answers those that its values answer.
 */
abstract class IndirectColumnVector
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
  private final ColumnVector values;

  IndirectColumnVector(ColumnVector values) {
    this.values = values;
  }

  /** The place of a row's value, or -1. */
  abstract int placeOf(int row);

  /** A field of values that are structs, at the same places. */
  final ColumnVector field(int index) {
    IndirectColumnVector whole = this;
    return new IndirectColumnVector(ColumnVectors.field(values, index)) {
      @Override
      int placeOf(int row) {
        return whole.placeOf(row);
      }
    };
  }

  @Override
  public boolean isNullAt(int row) {
    int place = placeOf(row);
    return place < 0 || values.isNullAt(place);
  }

  @Override
  public boolean getBoolean(int row) {
    int place = placeOf(row);
    return place < 0 ? false : ((BooleanColumnVector) values).getBoolean(place);
  }

  @Override
  public byte getByte(int row) {
    int place = placeOf(row);
    return place < 0 ? 0 : ((ByteColumnVector) values).getByte(place);
  }

  @Override
  public short getShort(int row) {
    int place = placeOf(row);
    return place < 0 ? 0 : ((ShortColumnVector) values).getShort(place);
  }

  @Override
  public int getInt(int row) {
    int place = placeOf(row);
    return place < 0 ? 0 : ((IntColumnVector) values).getInt(place);
  }

  @Override
  public long getLong(int row) {
    int place = placeOf(row);
    return place < 0 ? 0 : ((LongColumnVector) values).getLong(place);
  }

  @Override
  public float getFloat(int row) {
    int place = placeOf(row);
    return place < 0 ? 0 : ((FloatColumnVector) values).getFloat(place);
  }

  @Override
  public double getDouble(int row) {
    int place = placeOf(row);
    return place < 0 ? 0 : ((DoubleColumnVector) values).getDouble(place);
  }

  @Override
  public Bytes getBytes(int row) {
    int place = placeOf(row);
    return place < 0 ? null : ((BytesColumnVector) values).getBytes(place);
  }

  @Override
  public DecimalData getDecimal(int row, int precision, int scale) {
    int place = placeOf(row);
    return place < 0 ? null : ((DecimalColumnVector) values).getDecimal(place, precision, scale);
  }

  @Override
  public TimestampData getTimestamp(int row, int precision) {
    int place = placeOf(row);
    return place < 0 ? null : ((TimestampColumnVector) values).getTimestamp(place, precision);
  }

  @Override
  public ArrayData getArray(int row) {
    int place = placeOf(row);
    return place < 0 ? null : ((ArrayColumnVector) values).getArray(place);
  }

  @Override
  public MapData getMap(int row) {
    int place = placeOf(row);
    return place < 0 ? null : ((MapColumnVector) values).getMap(place);
  }

  @Override
  public ColumnarRowData getRow(int row) {
    int place = placeOf(row);
    return place < 0 ? null : ((RowColumnVector) values).getRow(place);
  }
}

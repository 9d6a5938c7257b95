package dev.envelope.flink.vector;

import dev.envelope.payload.value.DictionaryIndices;
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
 * Values of a dictionary by their indices. A row is null where its index is, or the value that the
 * index points at.
 *
 * <p>One class for indices of every width and values of every type: a call site should not see a
 * class for each. It has the getters of all types, and answers those that its values answer.
 */
final class DictionaryColumnVector
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
  private final DictionaryIndices indices;
  private final ColumnVector values;

  /**
   * A vector over a dictionary.
   *
   * @param values the dictionary, read as the wanted type
   */
  DictionaryColumnVector(DictionaryIndices indices, ColumnVector values) {
    this.indices = indices;
    this.values = values;
  }

  @Override
  public boolean isNullAt(int row) {
    int index = indices.at(row);
    return index < 0 || values.isNullAt(index);
  }

  @Override
  public boolean getBoolean(int row) {
    int index = indices.at(row);
    return index < 0 ? false : ((BooleanColumnVector) values).getBoolean(index);
  }

  @Override
  public byte getByte(int row) {
    int index = indices.at(row);
    return index < 0 ? 0 : ((ByteColumnVector) values).getByte(index);
  }

  @Override
  public short getShort(int row) {
    int index = indices.at(row);
    return index < 0 ? 0 : ((ShortColumnVector) values).getShort(index);
  }

  @Override
  public int getInt(int row) {
    int index = indices.at(row);
    return index < 0 ? 0 : ((IntColumnVector) values).getInt(index);
  }

  @Override
  public long getLong(int row) {
    int index = indices.at(row);
    return index < 0 ? 0 : ((LongColumnVector) values).getLong(index);
  }

  @Override
  public float getFloat(int row) {
    int index = indices.at(row);
    return index < 0 ? 0 : ((FloatColumnVector) values).getFloat(index);
  }

  @Override
  public double getDouble(int row) {
    int index = indices.at(row);
    return index < 0 ? 0 : ((DoubleColumnVector) values).getDouble(index);
  }

  @Override
  public Bytes getBytes(int row) {
    int index = indices.at(row);
    return index < 0 ? null : ((BytesColumnVector) values).getBytes(index);
  }

  @Override
  public DecimalData getDecimal(int row, int precision, int scale) {
    int index = indices.at(row);
    return index < 0 ? null : ((DecimalColumnVector) values).getDecimal(index, precision, scale);
  }

  @Override
  public TimestampData getTimestamp(int row, int precision) {
    int index = indices.at(row);
    return index < 0 ? null : ((TimestampColumnVector) values).getTimestamp(index, precision);
  }

  @Override
  public ArrayData getArray(int row) {
    int index = indices.at(row);
    return index < 0 ? null : ((ArrayColumnVector) values).getArray(index);
  }

  @Override
  public MapData getMap(int row) {
    int index = indices.at(row);
    return index < 0 ? null : ((MapColumnVector) values).getMap(index);
  }

  @Override
  public ColumnarRowData getRow(int row) {
    int index = indices.at(row);
    return index < 0 ? null : ((RowColumnVector) values).getRow(index);
  }
}

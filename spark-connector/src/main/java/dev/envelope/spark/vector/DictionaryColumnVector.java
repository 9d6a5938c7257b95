package dev.envelope.spark.vector;

import dev.envelope.payload.value.DictionaryIndices;
import org.apache.spark.sql.types.CalendarIntervalType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.sql.vectorized.ColumnarMap;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Values of a dictionary by their indices. A row is null where its index is, or the value that the
 * index points at.
 *
 * <p>One class for indices of every width: categoricals of several entries differ in it, and a call
 * site should not see a class for each.
 */
final class DictionaryColumnVector extends ReadOnlyColumnVector {
  private final DictionaryIndices indices;
  private final ColumnVector values;
  private final boolean nullValues;
  private final ColumnVector[] children;

  /**
   * A vector over a dictionary.
   *
   * @param values the dictionary, read as the wanted type
   */
  DictionaryColumnVector(DictionaryIndices indices, ColumnVector values) {
    super(values.dataType());
    this.indices = indices;
    this.values = values;
    this.nullValues = values.hasNull();
    int parts = childCount(values.dataType());
    this.children = new ColumnVector[parts];
    for (int i = 0; i < parts; i++) {
      children[i] = new DictionaryColumnVector(indices, values.getChild(i));
    }
  }

  private static int childCount(DataType type) {
    if (type instanceof StructType struct) {
      return struct.fields().length;
    }
    return type instanceof CalendarIntervalType ? 3 : 0;
  }

  @Override
  public boolean hasNull() {
    return nullValues || indices.hasNull();
  }

  /** Counts them, as no header does. */
  @Override
  public int numNulls() {
    int count = 0;
    for (int row = 0; hasNull() && row < indices.length(); row++) {
      count += isNullAt(row) ? 1 : 0;
    }
    return count;
  }

  @Override
  public boolean isNullAt(int row) {
    int index = indices.at(row);
    return index < 0 || (nullValues && values.isNullAt(index));
  }

  @Override
  public boolean getBoolean(int row) {
    int index = indices.at(row);
    return index < 0 ? false : values.getBoolean(index);
  }

  @Override
  public byte getByte(int row) {
    int index = indices.at(row);
    return index < 0 ? 0 : values.getByte(index);
  }

  @Override
  public short getShort(int row) {
    int index = indices.at(row);
    return index < 0 ? 0 : values.getShort(index);
  }

  @Override
  public int getInt(int row) {
    int index = indices.at(row);
    return index < 0 ? 0 : values.getInt(index);
  }

  @Override
  public long getLong(int row) {
    int index = indices.at(row);
    return index < 0 ? 0 : values.getLong(index);
  }

  @Override
  public float getFloat(int row) {
    int index = indices.at(row);
    return index < 0 ? 0 : values.getFloat(index);
  }

  @Override
  public double getDouble(int row) {
    int index = indices.at(row);
    return index < 0 ? 0 : values.getDouble(index);
  }

  @Override
  public Decimal getDecimal(int row, int precision, int scale) {
    int index = indices.at(row);
    return index < 0 ? null : values.getDecimal(index, precision, scale);
  }

  @Override
  public UTF8String getUTF8String(int row) {
    int index = indices.at(row);
    return index < 0 ? null : values.getUTF8String(index);
  }

  @Override
  public byte[] getBinary(int row) {
    int index = indices.at(row);
    return index < 0 ? null : values.getBinary(index);
  }

  @Override
  public ColumnarArray getArray(int row) {
    int index = indices.at(row);
    return index < 0 ? null : values.getArray(index);
  }

  @Override
  public ColumnarMap getMap(int row) {
    int index = indices.at(row);
    return index < 0 ? null : values.getMap(index);
  }

  @Override
  public ColumnVector getChild(int ordinal) {
    return children[ordinal];
  }
}

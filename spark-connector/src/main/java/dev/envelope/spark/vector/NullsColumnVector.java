package dev.envelope.spark.vector;

import java.util.Arrays;
import org.apache.spark.sql.types.CalendarIntervalType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.sql.vectorized.ColumnarMap;
import org.apache.spark.unsafe.types.UTF8String;

/** Nulls of any type: a column that the entry lacks, or one of Arrow's null type. No memory. */
final class NullsColumnVector extends ReadOnlyColumnVector {
  private final int rows;
  private final ColumnVector[] children;

  NullsColumnVector(DataType type, int rows) {
    super(type);
    this.rows = rows;
    if (type instanceof StructType struct) {
      StructField[] fields = struct.fields();
      this.children = new ColumnVector[fields.length];
      for (int i = 0; i < fields.length; i++) {
        children[i] = new NullsColumnVector(fields[i].dataType(), rows);
      }
    } else {
      this.children = new ColumnVector[type instanceof CalendarIntervalType ? 3 : 0];
      Arrays.fill(children, this);
    }
  }

  @Override
  public boolean hasNull() {
    return rows != 0;
  }

  @Override
  public int numNulls() {
    return rows;
  }

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
  public Decimal getDecimal(int row, int precision, int scale) {
    return null;
  }

  @Override
  public UTF8String getUTF8String(int row) {
    return null;
  }

  @Override
  public byte[] getBinary(int row) {
    return null;
  }

  @Override
  public ColumnarArray getArray(int row) {
    return null;
  }

  @Override
  public ColumnarMap getMap(int row) {
    return null;
  }

  @Override
  public ColumnVector getChild(int ordinal) {
    return children[ordinal];
  }
}

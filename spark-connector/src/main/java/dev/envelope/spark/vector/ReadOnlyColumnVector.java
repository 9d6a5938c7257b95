package dev.envelope.spark.vector;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.sql.vectorized.ColumnarMap;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * A vector that answers no getter at all; layouts override the ones that they can answer.
 *
 * <p>Closing does nothing. The memory belongs to the batch that the vector was made of, and Spark
 * closes vectors in some paths after every batch and never in others.
 */
abstract class ReadOnlyColumnVector extends ColumnVector {

  ReadOnlyColumnVector(DataType type) {
    super(type);
  }

  @Override
  public final void close() {}

  @Override
  public boolean getBoolean(int row) {
    throw notStoredAs("boolean");
  }

  @Override
  public byte getByte(int row) {
    throw notStoredAs("tinyint");
  }

  @Override
  public short getShort(int row) {
    throw notStoredAs("smallint");
  }

  @Override
  public int getInt(int row) {
    throw notStoredAs("int");
  }

  @Override
  public long getLong(int row) {
    throw notStoredAs("bigint");
  }

  @Override
  public float getFloat(int row) {
    throw notStoredAs("float");
  }

  @Override
  public double getDouble(int row) {
    throw notStoredAs("double");
  }

  @Override
  public Decimal getDecimal(int row, int precision, int scale) {
    throw notStoredAs("decimal");
  }

  @Override
  public UTF8String getUTF8String(int row) {
    throw notStoredAs("string");
  }

  @Override
  public byte[] getBinary(int row) {
    throw notStoredAs("binary");
  }

  @Override
  public ColumnarArray getArray(int row) {
    throw notStoredAs("array");
  }

  @Override
  public ColumnarMap getMap(int row) {
    throw notStoredAs("map");
  }

  @Override
  public ColumnVector getChild(int ordinal) {
    throw notStoredAs("struct");
  }

  private UnsupportedOperationException notStoredAs(String asked) {
    return new UnsupportedOperationException(
        "a column read as %s has no %s values (%s)"
            .formatted(dataType().catalogString(), asked, getClass().getSimpleName()));
  }
}

package dev.envelope.spark.vector;

import dev.envelope.payload.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.vectorized.ColumnVector;

/** Structs: one vector per field that was asked for, in the order of the wanted type. */
final class StructColumnVector extends ArrowBackedColumnVector {
  private final ColumnVector[] fields;

  StructColumnVector(DataType type, Column column, ColumnVector[] fields) {
    super(type, column);
    this.fields = fields;
  }

  @Override
  public ColumnVector getChild(int ordinal) {
    return fields[ordinal];
  }
}

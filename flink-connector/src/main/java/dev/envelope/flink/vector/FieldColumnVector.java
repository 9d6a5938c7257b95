package dev.envelope.flink.vector;

import org.apache.flink.table.data.columnar.vector.ColumnVector;

/** One field of structs as a column: null where the struct is. */
final class FieldColumnVector extends IndirectColumnVector {
  private final ColumnVector structs;

  FieldColumnVector(ColumnVector structs, ColumnVector values) {
    super(values);
    this.structs = structs;
  }

  @Override
  int placeOf(int row) {
    return structs.isNullAt(row) ? -1 : row;
  }
}

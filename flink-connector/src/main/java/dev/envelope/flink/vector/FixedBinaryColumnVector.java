package dev.envelope.flink.vector;

import dev.envelope.payload.Column;
import org.apache.flink.table.data.columnar.vector.BytesColumnVector;

/** Bytes, as many in every row. */
final class FixedBinaryColumnVector extends ArrowBackedColumnVector implements BytesColumnVector {
  private final long data;
  private final int width;

  FixedBinaryColumnVector(Column column, int width) {
    super(column);
    this.data = column.vector().getDataBufferAddress();
    this.width = width;
  }

  @Override
  public Bytes getBytes(int row) {
    return isNullAt(row) ? null : Copies.of(data + (long) row * width, width);
  }
}

package dev.envelope.spark.vector;

import dev.envelope.payload.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.types.UTF8String;

/** Bytes, as many in every row. */
final class FixedBinaryColumnVector extends ArrowBackedColumnVector {
  private final long data;
  private final int width;

  FixedBinaryColumnVector(DataType type, Column column, int width) {
    super(type, column);
    this.data = column.vector().getDataBufferAddress();
    this.width = width;
  }

  @Override
  public byte[] getBinary(int row) {
    return isNullAt(row)
        ? null
        : UTF8String.fromAddress(null, data + (long) row * width, width).getBytes();
  }
}

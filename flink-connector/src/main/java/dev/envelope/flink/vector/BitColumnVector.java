package dev.envelope.flink.vector;

import dev.envelope.payload.Column;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.flink.table.data.columnar.vector.BooleanColumnVector;

/** One bit per row, the lowest bit of a byte first. */
final class BitColumnVector extends ArrowBackedColumnVector implements BooleanColumnVector {
  private final long data;

  BitColumnVector(Column column) {
    super(column);
    this.data = column.vector().getDataBufferAddress();
  }

  @Override
  public boolean getBoolean(int row) {
    return (MemoryUtil.getByte(data + (row >> 3)) & (1 << (row & 7))) != 0;
  }
}

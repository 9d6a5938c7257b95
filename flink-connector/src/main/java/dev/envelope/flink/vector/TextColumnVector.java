package dev.envelope.flink.vector;

import dev.envelope.payload.Column;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.flink.table.data.columnar.vector.BytesColumnVector;

/** Strings and bytes behind 32-bit offsets. */
final class TextColumnVector extends ArrowBackedColumnVector implements BytesColumnVector {
  private final long offsets;
  private final long data;

  TextColumnVector(Column column) {
    super(column);
    this.offsets = column.vector().getOffsetBufferAddress();
    this.data = column.vector().getDataBufferAddress();
  }

  @Override
  public Bytes getBytes(int row) {
    if (isNullAt(row)) {
      return null;
    }
    long at = offsets + ((long) row << 2);
    int start = MemoryUtil.getInt(at);
    return Copies.of(data + start, MemoryUtil.getInt(at + 4) - start);
  }
}

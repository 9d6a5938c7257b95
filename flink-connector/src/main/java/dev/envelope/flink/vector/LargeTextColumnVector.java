package dev.envelope.flink.vector;

import dev.envelope.payload.Column;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.flink.table.data.columnar.vector.BytesColumnVector;

/** Strings and bytes behind 64-bit offsets. */
final class LargeTextColumnVector extends ArrowBackedColumnVector implements BytesColumnVector {
  /** Some virtual machines cannot make arrays of the very last sizes. */
  private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

  private final long offsets;
  private final long data;
  private final String path;

  LargeTextColumnVector(Column column, String path) {
    super(column);
    this.offsets = column.vector().getOffsetBufferAddress();
    this.data = column.vector().getDataBufferAddress();
    this.path = path;
  }

  @Override
  public Bytes getBytes(int row) {
    if (isNullAt(row)) {
      return null;
    }
    long at = offsets + ((long) row << 3);
    long start = MemoryUtil.getLong(at);
    long length = MemoryUtil.getLong(at + 8) - start;
    if (length > MAX_ARRAY) {
      throw ValueErrors.tooLong(path, row);
    }
    return Copies.of(data + start, (int) length);
  }
}

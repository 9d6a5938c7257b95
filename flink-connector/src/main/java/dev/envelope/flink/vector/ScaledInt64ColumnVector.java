package dev.envelope.flink.vector;

import dev.envelope.payload.Column;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.flink.table.data.columnar.vector.LongColumnVector;

/** 64-bit times in a coarse unit, as a finer one. */
final class ScaledInt64ColumnVector extends ArrowBackedColumnVector implements LongColumnVector {
  private final long data;
  private final long factor;
  private final long limit;
  private final String path;
  private final String wanted;

  /**
   * A vector of times.
   *
   * @param factor how many of the finer unit a coarse one has
   * @param wanted what the times become, for errors
   */
  ScaledInt64ColumnVector(Column column, long factor, String path, String wanted) {
    super(column);
    this.data = column.vector().getDataBufferAddress();
    this.factor = factor;
    this.limit = Long.MAX_VALUE / factor;
    this.path = path;
    this.wanted = wanted;
  }

  @Override
  public long getLong(int row) {
    long value = MemoryUtil.getLong(data + ((long) row << 3));
    if (value > limit || value < -limit) {
      // Anything may lie in a null slot, and copies of whole arrays read those as well.
      if (isNullAt(row)) {
        return 0;
      }
      throw ValueErrors.outOfRange(path, row, wanted);
    }
    return value * factor;
  }
}

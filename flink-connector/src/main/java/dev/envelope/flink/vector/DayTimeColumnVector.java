package dev.envelope.flink.vector;

import dev.envelope.payload.Column;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.flink.table.data.columnar.vector.LongColumnVector;

/** Intervals of days and milliseconds, 32 bits each, as milliseconds of days of 24 hours. */
final class DayTimeColumnVector extends ArrowBackedColumnVector implements LongColumnVector {
  private static final long MILLIS_PER_DAY = 86_400_000L;

  private final long data;

  DayTimeColumnVector(Column column) {
    super(column);
    this.data = column.vector().getDataBufferAddress();
  }

  @Override
  public long getLong(int row) {
    long at = data + ((long) row << 3);
    return MemoryUtil.getInt(at) * MILLIS_PER_DAY + MemoryUtil.getInt(at + 4);
  }
}

package dev.envelope.flink.vector;

import dev.envelope.payload.Column;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.flink.table.data.columnar.vector.IntColumnVector;
import org.apache.flink.table.data.columnar.vector.LongColumnVector;

/**
 * 32-bit times of day in seconds or milliseconds: as the milliseconds of Flink's TIME, or as
 * nanoseconds.
 */
final class TimeOfDayColumnVector extends ArrowBackedColumnVector
    implements IntColumnVector, LongColumnVector {
  private static final int MILLIS_PER_DAY = 86_400_000;
  private static final long NANOS_PER_MILLI = 1_000_000L;

  private final long data;
  private final int millis;
  private final int limit;
  private final String path;

  /**
   * A vector of times.
   *
   * @param millis how many milliseconds the unit has
   */
  TimeOfDayColumnVector(Column column, int millis, String path) {
    super(column);
    this.data = column.vector().getDataBufferAddress();
    this.millis = millis;
    this.limit = MILLIS_PER_DAY / millis;
    this.path = path;
  }

  @Override
  public int getInt(int row) {
    int value = MemoryUtil.getInt(data + ((long) row << 2));
    if (value < 0 || value >= limit) {
      // Anything may lie in a null slot, and copies of whole arrays read those as well.
      if (isNullAt(row)) {
        return 0;
      }
      throw ValueErrors.outOfRange(path, row, "TIME");
    }
    return value * millis;
  }

  @Override
  public long getLong(int row) {
    return MemoryUtil.getInt(data + ((long) row << 2)) * (millis * NANOS_PER_MILLI);
  }
}

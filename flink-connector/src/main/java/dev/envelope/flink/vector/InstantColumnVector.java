package dev.envelope.flink.vector;

import dev.envelope.payload.Column;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.data.columnar.vector.TimestampColumnVector;

/** 64-bit points in time of any unit, to the nanosecond. */
final class InstantColumnVector extends ArrowBackedColumnVector implements TimestampColumnVector {
  private static final long MILLIS_PER_SECOND = 1_000L;
  private static final long MICROS_PER_MILLI = 1_000L;
  private static final long NANOS_PER_MICRO = 1_000L;
  private static final long NANOS_PER_MILLI = 1_000_000L;

  /** Flink counts the days of a timestamp in 32 bits, and does not notice where they overflow. */
  private static final long MAX_MILLIS = Integer.MAX_VALUE * 86_400_000L;

  private final long data;
  private final TimeUnit unit;
  private final String path;

  InstantColumnVector(Column column, TimeUnit unit, String path) {
    super(column);
    this.data = column.vector().getDataBufferAddress();
    this.unit = unit;
    this.path = path;
  }

  @Override
  public TimestampData getTimestamp(int row, int precision) {
    if (isNullAt(row)) {
      return null;
    }
    long value = MemoryUtil.getLong(data + ((long) row << 3));
    // Down to the millisecond, also before 1970; constants, so that no division is left.
    return switch (unit) {
      case SECOND -> {
        checkRange(row, value, MAX_MILLIS / MILLIS_PER_SECOND);
        yield TimestampData.fromEpochMillis(value * MILLIS_PER_SECOND);
      }
      case MILLISECOND -> {
        checkRange(row, value, MAX_MILLIS);
        yield TimestampData.fromEpochMillis(value);
      }
      case MICROSECOND ->
          TimestampData.fromEpochMillis(
              Math.floorDiv(value, MICROS_PER_MILLI),
              (int) (Math.floorMod(value, MICROS_PER_MILLI) * NANOS_PER_MICRO));
      case NANOSECOND ->
          TimestampData.fromEpochMillis(
              Math.floorDiv(value, NANOS_PER_MILLI), (int) Math.floorMod(value, NANOS_PER_MILLI));
    };
  }

  private void checkRange(int row, long value, long limit) {
    if (value > limit || value < -limit) {
      throw ValueErrors.outOfRange(path, row, "TIMESTAMP");
    }
  }
}

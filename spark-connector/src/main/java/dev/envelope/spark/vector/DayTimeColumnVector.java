package dev.envelope.spark.vector;

import dev.envelope.payload.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;

/** Intervals of days and milliseconds, 32 bits each, as microseconds of days of 24 hours. */
final class DayTimeColumnVector extends ArrowBackedColumnVector {
  private static final long MICROS_PER_DAY = 86_400_000_000L;
  private static final long MICROS_PER_MILLI = 1000L;

  private final long data;

  DayTimeColumnVector(DataType type, Column column) {
    super(type, column);
    this.data = column.vector().getDataBufferAddress();
  }

  @Override
  public long getLong(int row) {
    long at = data + ((long) row << 3);
    return Platform.getInt(null, at) * MICROS_PER_DAY
        + Platform.getInt(null, at + 4) * MICROS_PER_MILLI;
  }
}

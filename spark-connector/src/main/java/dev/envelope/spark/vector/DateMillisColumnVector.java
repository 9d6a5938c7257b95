package dev.envelope.spark.vector;

import dev.envelope.payload.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;

/** Dates in milliseconds since 1970, as the days that they fall on. */
final class DateMillisColumnVector extends ArrowBackedColumnVector {
  private static final long MILLIS_PER_DAY = 86_400_000L;

  private final long data;
  private final String path;

  DateMillisColumnVector(DataType type, Column column, String path) {
    super(type, column);
    this.data = column.vector().getDataBufferAddress();
    this.path = path;
  }

  @Override
  public int getInt(int row) {
    long days = Math.floorDiv(Platform.getLong(null, data + ((long) row << 3)), MILLIS_PER_DAY);
    if ((int) days != days) {
      // Anything may lie in a null slot, and bulk copies read those as well.
      if (isNullAt(row)) {
        return 0;
      }
      throw ValueErrors.outOfRange(path, row, dataType());
    }
    return (int) days;
  }
}

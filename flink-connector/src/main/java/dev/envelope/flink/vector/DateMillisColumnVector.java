package dev.envelope.flink.vector;

import dev.envelope.payload.Column;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.flink.table.data.columnar.vector.IntColumnVector;

/** Dates in milliseconds since 1970, as the days that they fall on. */
final class DateMillisColumnVector extends ArrowBackedColumnVector implements IntColumnVector {
  private static final long MILLIS_PER_DAY = 86_400_000L;

  private final long data;
  private final String path;

  DateMillisColumnVector(Column column, String path) {
    super(column);
    this.data = column.vector().getDataBufferAddress();
    this.path = path;
  }

  @Override
  public int getInt(int row) {
    long days = Math.floorDiv(MemoryUtil.getLong(data + ((long) row << 3)), MILLIS_PER_DAY);
    if ((int) days != days) {
      // Anything may lie in a null slot, and copies of whole arrays read those as well.
      if (isNullAt(row)) {
        return 0;
      }
      throw ValueErrors.outOfRange(path, row, "DATE");
    }
    return (int) days;
  }
}

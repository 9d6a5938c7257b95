package dev.envelope.spark.vector;

import dev.envelope.payload.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;

/** 64-bit times in seconds or milliseconds, as microseconds. */
final class ScaledInt64ColumnVector extends ArrowBackedColumnVector {
  private final long data;
  private final long factor;
  private final long limit;
  private final String path;

  ScaledInt64ColumnVector(DataType type, Column column, long factor, String path) {
    super(type, column);
    this.data = column.vector().getDataBufferAddress();
    this.factor = factor;
    this.limit = Long.MAX_VALUE / factor;
    this.path = path;
  }

  @Override
  public long getLong(int row) {
    long value = Platform.getLong(null, data + ((long) row << 3));
    if (value > limit || value < -limit) {
      // Anything may lie in a null slot, and bulk copies read those as well.
      if (isNullAt(row)) {
        return 0;
      }
      throw ValueErrors.outOfRange(path, row, dataType());
    }
    return value * factor;
  }
}

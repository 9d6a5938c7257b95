package dev.envelope.spark.vector;

import dev.envelope.payload.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.unsafe.Platform;

/**
 * Intervals of months, days (32 bits each) and nanoseconds (64 bits). Spark asks for them as three
 * children: months, days and microseconds.
 */
final class CalendarIntervalColumnVector extends ArrowBackedColumnVector {
  private final ColumnVector[] parts;

  CalendarIntervalColumnVector(DataType type, Column column) {
    super(type, column);
    long data = column.vector().getDataBufferAddress();
    this.parts =
        new ColumnVector[] {
          new Part(DataTypes.IntegerType, column, data),
          new Part(DataTypes.IntegerType, column, data + 4),
          new Part(DataTypes.LongType, column, data + 8)
        };
  }

  @Override
  public ColumnVector getChild(int ordinal) {
    return parts[ordinal];
  }

  private static final class Part extends ArrowBackedColumnVector {
    private final long data;

    Part(DataType type, Column column, long data) {
      super(type, column);
      this.data = data;
    }

    @Override
    public int getInt(int row) {
      return Platform.getInt(null, data + ((long) row << 4));
    }

    @Override
    public long getLong(int row) {
      return Math.floorDiv(Platform.getLong(null, data + ((long) row << 4)), 1000L);
    }
  }
}

package dev.envelope.flink.vector;

import dev.envelope.payload.Column;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.flink.table.data.columnar.ColumnarRowData;
import org.apache.flink.table.data.columnar.vector.ColumnVector;
import org.apache.flink.table.data.columnar.vector.IntColumnVector;
import org.apache.flink.table.data.columnar.vector.LongColumnVector;
import org.apache.flink.table.data.columnar.vector.RowColumnVector;
import org.apache.flink.table.data.columnar.vector.VectorizedColumnBatch;

/** Intervals of months, days (32 bits each) and nanoseconds (64 bits), as rows of the three. */
final class MonthDayNanoColumnVector extends ArrowBackedColumnVector implements RowColumnVector {
  private final VectorizedColumnBatch parts;

  MonthDayNanoColumnVector(Column column) {
    super(column);
    long data = column.vector().getDataBufferAddress();
    this.parts =
        new VectorizedColumnBatch(
            new ColumnVector[] {
              new Part(column, data), new Part(column, data + 4), new Part(column, data + 8)
            });
  }

  @Override
  public ColumnarRowData getRow(int row) {
    return new ColumnarRowData(parts, row);
  }

  private static final class Part extends ArrowBackedColumnVector
      implements IntColumnVector, LongColumnVector {
    private final long data;

    Part(Column column, long data) {
      super(column);
      this.data = data;
    }

    @Override
    public int getInt(int row) {
      return MemoryUtil.getInt(data + ((long) row << 4));
    }

    @Override
    public long getLong(int row) {
      return MemoryUtil.getLong(data + ((long) row << 4));
    }
  }
}

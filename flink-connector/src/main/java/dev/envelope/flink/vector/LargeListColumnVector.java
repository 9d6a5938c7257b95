package dev.envelope.flink.vector;

import dev.envelope.payload.Column;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.columnar.ColumnarArrayData;
import org.apache.flink.table.data.columnar.vector.ArrayColumnVector;
import org.apache.flink.table.data.columnar.vector.ColumnVector;

/**
 * Lists behind 64-bit offsets. The elements are one vector, whose length is an int, and offsets
 * stay within it: they always fit.
 */
final class LargeListColumnVector extends ArrowBackedColumnVector implements ArrayColumnVector {
  private final long offsets;
  private final ColumnVector elements;

  LargeListColumnVector(Column column, ColumnVector elements) {
    super(column);
    this.offsets = column.vector().getOffsetBufferAddress();
    this.elements = elements;
  }

  @Override
  public ArrayData getArray(int row) {
    if (isNullAt(row)) {
      return null;
    }
    long at = offsets + ((long) row << 3);
    long start = MemoryUtil.getLong(at);
    return new ColumnarArrayData(elements, (int) start, (int) (MemoryUtil.getLong(at + 8) - start));
  }
}

package dev.envelope.flink.vector;

import dev.envelope.payload.Column;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.columnar.ColumnarArrayData;
import org.apache.flink.table.data.columnar.vector.ArrayColumnVector;
import org.apache.flink.table.data.columnar.vector.ColumnVector;

/** Lists behind 32-bit offsets into one vector of all elements. */
final class ListColumnVector extends ArrowBackedColumnVector implements ArrayColumnVector {
  private final long offsets;
  private final ColumnVector elements;

  ListColumnVector(Column column, ColumnVector elements) {
    super(column);
    this.offsets = column.vector().getOffsetBufferAddress();
    this.elements = elements;
  }

  @Override
  public ArrayData getArray(int row) {
    if (isNullAt(row)) {
      return null;
    }
    long at = offsets + ((long) row << 2);
    int start = MemoryUtil.getInt(at);
    return new ColumnarArrayData(elements, start, MemoryUtil.getInt(at + 4) - start);
  }
}

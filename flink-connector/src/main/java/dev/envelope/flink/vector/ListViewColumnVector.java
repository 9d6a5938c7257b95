package dev.envelope.flink.vector;

import dev.envelope.payload.Column;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.columnar.ColumnarArrayData;
import org.apache.flink.table.data.columnar.vector.ArrayColumnVector;
import org.apache.flink.table.data.columnar.vector.ColumnVector;

/** Lists with an offset and a size of their own each, in any order and overlapping. */
final class ListViewColumnVector extends ArrowBackedColumnVector implements ArrayColumnVector {
  private final long offsets;
  private final long sizes;
  private final boolean large;
  private final ColumnVector elements;

  /**
   * A vector of list views.
   *
   * @param sizes the address of the sizes
   * @param large whether offsets and sizes have 64 bits rather than 32; they fit an int all the
   *     same, as the elements are one vector
   */
  ListViewColumnVector(Column column, long sizes, boolean large, ColumnVector elements) {
    super(column);
    this.offsets = column.vector().getOffsetBufferAddress();
    this.sizes = sizes;
    this.large = large;
    this.elements = elements;
  }

  @Override
  public ArrayData getArray(int row) {
    if (isNullAt(row)) {
      return null;
    }
    // Little-endian, and within an int: the low half of a 64-bit offset is all of it.
    long at = large ? (long) row << 3 : (long) row << 2;
    return new ColumnarArrayData(
        elements, MemoryUtil.getInt(offsets + at), MemoryUtil.getInt(sizes + at));
  }
}

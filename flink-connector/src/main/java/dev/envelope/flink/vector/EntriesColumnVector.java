package dev.envelope.flink.vector;

import dev.envelope.payload.Column;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.columnar.ColumnarMapData;
import org.apache.flink.table.data.columnar.vector.ColumnVector;
import org.apache.flink.table.data.columnar.vector.MapColumnVector;

/** Maps: lists of entries, whose keys and values are two vectors. */
final class EntriesColumnVector extends ArrowBackedColumnVector implements MapColumnVector {
  private final long offsets;
  private final ColumnVector keys;
  private final ColumnVector values;

  EntriesColumnVector(Column column, ColumnVector keys, ColumnVector values) {
    super(column);
    this.offsets = column.vector().getOffsetBufferAddress();
    this.keys = keys;
    this.values = values;
  }

  @Override
  public MapData getMap(int row) {
    if (isNullAt(row)) {
      return null;
    }
    long at = offsets + ((long) row << 2);
    int start = MemoryUtil.getInt(at);
    return new ColumnarMapData(keys, values, start, MemoryUtil.getInt(at + 4) - start);
  }
}

package dev.envelope.flink.vector;

import dev.envelope.payload.Column;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.flink.table.data.columnar.vector.BytesColumnVector;

/**
 * Strings and bytes as 16-byte views: a length, then up to 12 bytes themselves, or 4 bytes of
 * prefix, the number of a data buffer and the place in it.
 */
final class TextViewColumnVector extends ArrowBackedColumnVector implements BytesColumnVector {
  private static final int INLINE = 12;

  private final long views;
  private final long[] buffers;

  TextViewColumnVector(Column column, BaseVariableWidthViewVector vector) {
    super(column);
    this.views = vector.getDataBufferAddress();
    List<ArrowBuf> data = vector.getDataBuffers();
    this.buffers = new long[data.size()];
    for (int i = 0; i < buffers.length; i++) {
      buffers[i] = data.get(i).memoryAddress();
    }
  }

  @Override
  public Bytes getBytes(int row) {
    if (isNullAt(row)) {
      return null;
    }
    long view = views + ((long) row << 4);
    int length = MemoryUtil.getInt(view);
    long at =
        length <= INLINE
            ? view + 4
            : buffers[MemoryUtil.getInt(view + 8)] + MemoryUtil.getInt(view + 12);
    return Copies.of(at, length);
  }
}

package dev.envelope.spark.vector;

import dev.envelope.payload.Column;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Strings and bytes as 16-byte views: a length, then up to 12 bytes themselves, or 4 bytes of
 * prefix, the number of a data buffer and the place in it.
 */
final class TextViewColumnVector extends ArrowBackedColumnVector {
  private static final int INLINE = 12;

  private final long views;
  private final long[] buffers;

  TextViewColumnVector(DataType type, Column column, BaseVariableWidthViewVector vector) {
    super(type, column);
    this.views = vector.getDataBufferAddress();
    List<ArrowBuf> data = vector.getDataBuffers();
    this.buffers = new long[data.size()];
    for (int i = 0; i < buffers.length; i++) {
      buffers[i] = data.get(i).memoryAddress();
    }
  }

  @Override
  public UTF8String getUTF8String(int row) {
    if (isNullAt(row)) {
      return null;
    }
    long view = views + ((long) row << 4);
    int length = Platform.getInt(null, view);
    long at =
        length <= INLINE
            ? view + 4
            : buffers[Platform.getInt(null, view + 8)] + Platform.getInt(null, view + 12);
    return UTF8String.fromAddress(null, at, length);
  }

  @Override
  public byte[] getBinary(int row) {
    UTF8String view = getUTF8String(row);
    return view == null ? null : view.getBytes();
  }
}

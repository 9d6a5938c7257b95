package dev.envelope.spark.vector;

import dev.envelope.payload.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;

/** Strings and bytes behind 64-bit offsets; a string is a view of the entry's own bytes. */
final class LargeTextColumnVector extends ArrowBackedColumnVector {
  private final long offsets;
  private final long data;
  private final String path;

  LargeTextColumnVector(DataType type, Column column, String path) {
    super(type, column);
    this.offsets = column.vector().getOffsetBufferAddress();
    this.data = column.vector().getDataBufferAddress();
    this.path = path;
  }

  @Override
  public UTF8String getUTF8String(int row) {
    if (isNullAt(row)) {
      return null;
    }
    long at = offsets + ((long) row << 3);
    long start = Platform.getLong(null, at);
    long length = Platform.getLong(null, at + 8) - start;
    if (length > Integer.MAX_VALUE) {
      throw ValueErrors.tooLong(path, row);
    }
    return UTF8String.fromAddress(null, data + start, (int) length);
  }

  @Override
  public byte[] getBinary(int row) {
    UTF8String view = getUTF8String(row);
    return view == null ? null : view.getBytes();
  }
}

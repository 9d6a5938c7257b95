package dev.envelope.spark.vector;

import dev.envelope.payload.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;

/** Strings and bytes behind 32-bit offsets; a string is a view of the entry's own bytes. */
final class TextColumnVector extends ArrowBackedColumnVector {
  private final long offsets;
  private final long data;

  TextColumnVector(DataType type, Column column) {
    super(type, column);
    this.offsets = column.vector().getOffsetBufferAddress();
    this.data = column.vector().getDataBufferAddress();
  }

  @Override
  public UTF8String getUTF8String(int row) {
    if (isNullAt(row)) {
      return null;
    }
    long at = offsets + ((long) row << 2);
    int start = Platform.getInt(null, at);
    return UTF8String.fromAddress(null, data + start, Platform.getInt(null, at + 4) - start);
  }

  @Override
  public byte[] getBinary(int row) {
    UTF8String view = getUTF8String(row);
    return view == null ? null : view.getBytes();
  }
}

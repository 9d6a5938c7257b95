package dev.envelope.spark.vector;

import dev.envelope.payload.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;

/** Strings and bytes behind 32-bit offsets; a string is a view of the entry's own bytes. */
final class TextColumnVector extends ArrowBackedColumnVector {
  private final long offsets;
  private final long data;
  private final RecentStrings recent = new RecentStrings();

  TextColumnVector(DataType type, Column column) {
    super(type, column);
    this.offsets = column.vector().getOffsetBufferAddress();
    this.data = column.vector().getDataBufferAddress();
  }

  @Override
  public UTF8String getUTF8String(int row) {
    return isNullAt(row) ? null : recent.at(start(row), length(row));
  }

  @Override
  public byte[] getBinary(int row) {
    return isNullAt(row) ? null : bytes(start(row), length(row));
  }

  private long start(int row) {
    return data + Platform.getInt(null, offsets + ((long) row << 2));
  }

  private int length(int row) {
    long at = offsets + ((long) row << 2);
    return Platform.getInt(null, at + 4) - Platform.getInt(null, at);
  }
}

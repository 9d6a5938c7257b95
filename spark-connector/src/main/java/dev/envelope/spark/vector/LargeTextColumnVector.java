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
  private final RecentStrings recent = new RecentStrings();

  LargeTextColumnVector(DataType type, Column column, String path) {
    super(type, column);
    this.offsets = column.vector().getOffsetBufferAddress();
    this.data = column.vector().getDataBufferAddress();
    this.path = path;
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
    return data + Platform.getLong(null, offsets + ((long) row << 3));
  }

  private int length(int row) {
    long at = offsets + ((long) row << 3);
    long length = Platform.getLong(null, at + 8) - Platform.getLong(null, at);
    if (length > Integer.MAX_VALUE) {
      throw ValueErrors.tooLong(path, row);
    }
    return (int) length;
  }
}

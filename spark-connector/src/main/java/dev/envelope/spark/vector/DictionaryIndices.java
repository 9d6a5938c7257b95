package dev.envelope.spark.vector;

import dev.envelope.payload.Column;
import org.apache.spark.unsafe.Platform;

/**
 * The places in a dictionary that rows point at.
 *
 * <p>Indices are not negative and below the length of the dictionary, which is an int, so they read
 * the same signed or not. What lies in a null slot is never looked at.
 */
final class DictionaryIndices {
  private final long data;
  private final long validity;
  private final int width;
  private final int length;

  /**
   * A view of indices.
   *
   * @param width how many bytes an index has
   */
  DictionaryIndices(Column column, int width) {
    this.data = column.vector().getDataBufferAddress();
    this.validity = column.nullCount() == 0 ? 0 : column.vector().getValidityBufferAddress();
    this.width = width;
    this.length = column.length();
  }

  /** How many rows there are. */
  int length() {
    return length;
  }

  /** Whether some row has no index. */
  boolean hasNull() {
    return validity != 0;
  }

  /** The index of a row, or -1 where it has none. */
  int at(int row) {
    if (validity != 0 && (Platform.getByte(null, validity + (row >> 3)) & (1 << (row & 7))) == 0) {
      return -1;
    }
    return switch (width) {
      case 1 -> Platform.getByte(null, data + row) & 0xff;
      case 2 -> Platform.getShort(null, data + ((long) row << 1)) & 0xffff;
      case 4 -> Platform.getInt(null, data + ((long) row << 2));
      // Little-endian: the low half is all of an index that fits an int.
      default -> Platform.getInt(null, data + ((long) row << 3));
    };
  }
}

package dev.envelope.payload.value;

import dev.envelope.payload.Column;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BaseFixedWidthVector;

/**
 * The places in a dictionary that rows point at.
 *
 * <p>Indices are not negative and below the length of the dictionary, which is an int, so they read
 * the same signed or not. What lies in a null slot is never looked at.
 */
public final class DictionaryIndices {
  private final long data;
  private final long validity;
  private final int width;
  private final int length;

  /**
   * A view of the indices of a dictionary-encoded column, valid as long as its batch is open.
   *
   * <p>Rows are not checked against the length. Immutable, so any thread may read it.
   */
  public DictionaryIndices(Column column) {
    this.data = column.vector().getDataBufferAddress();
    this.validity = column.nullCount() == 0 ? 0 : column.vector().getValidityBufferAddress();
    this.width = ((BaseFixedWidthVector) column.vector()).getTypeWidth();
    this.length = column.length();
  }

  /** How many rows there are. */
  public int length() {
    return length;
  }

  /** Whether some row has no index. */
  public boolean hasNull() {
    return validity != 0;
  }

  /** The index of a row, or -1 where it has none. */
  public int at(int row) {
    if (validity != 0 && (MemoryUtil.getByte(validity + (row >> 3)) & (1 << (row & 7))) == 0) {
      return -1;
    }
    return switch (width) {
      case 1 -> MemoryUtil.getByte(data + row) & 0xff;
      case 2 -> MemoryUtil.getShort(data + ((long) row << 1)) & 0xffff;
      case 4 -> MemoryUtil.getInt(data + ((long) row << 2));
      // Little-endian: the low half is all of an index that fits an int.
      default -> MemoryUtil.getInt(data + ((long) row << 3));
    };
  }
}

package dev.envelope.flink.vector;

import dev.envelope.payload.Column;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.flink.table.data.columnar.vector.ColumnVector;

/**
 * A vector with Arrow's validity bitmap: one bit per row, the lowest bit of a byte first, set where
 * there is a value.
 *
 * <p>Valid until the batch of its column is closed. Rows are not checked against the length, and
 * contents were checked when the batch was made. Immutable, so any thread may read it. Addresses
 * need not be aligned. Little-endian machines only, as IPC frames are. What a getter gives for a
 * null row has no meaning.
 */
abstract class ArrowBackedColumnVector implements ColumnVector {
  /** The address of the bitmap, or 0 for a column without nulls, which may have none. */
  private final long validity;

  ArrowBackedColumnVector(Column column) {
    this.validity = column.nullCount() == 0 ? 0 : column.vector().getValidityBufferAddress();
  }

  @Override
  public final boolean isNullAt(int row) {
    return validity != 0 && (MemoryUtil.getByte(validity + (row >> 3)) & (1 << (row & 7))) == 0;
  }
}

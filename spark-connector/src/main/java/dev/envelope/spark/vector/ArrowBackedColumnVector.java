package dev.envelope.spark.vector;

import dev.envelope.payload.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;

/**
 * A vector with Arrow's validity bitmap: one bit per row, the lowest bit of a byte first, set where
 * there is a value.
 *
 * <p>Valid until the batch of its column is closed. Rows are not checked against the length, and
 * contents were checked when the batch was made. Immutable, so any thread may read it. Addresses
 * need not be aligned. Little-endian machines only, as IPC frames are.
 */
abstract class ArrowBackedColumnVector extends ReadOnlyColumnVector {
  private final int nulls;

  /** The address of the bitmap, or 0 for a column without nulls, which may have none. */
  private final long validity;

  ArrowBackedColumnVector(DataType type, Column column) {
    super(type);
    this.nulls = Math.toIntExact(column.nullCount());
    this.validity = nulls == 0 ? 0 : column.vector().getValidityBufferAddress();
  }

  @Override
  public final boolean hasNull() {
    return nulls != 0;
  }

  @Override
  public final int numNulls() {
    return nulls;
  }

  @Override
  public final boolean isNullAt(int row) {
    return validity != 0 && (Platform.getByte(null, validity + (row >> 3)) & (1 << (row & 7))) == 0;
  }
}

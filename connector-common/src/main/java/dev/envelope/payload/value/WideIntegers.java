package dev.envelope.payload.value;

import dev.envelope.CorruptEntryException;
import dev.envelope.payload.Column;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.types.pojo.ArrowType;

/**
 * The unscaled values under decimals: little-endian integers of 128 or 256 bits.
 *
 * <p>Rows are not checked against the length. Immutable, so any thread may read it.
 */
public final class WideIntegers {
  private final long data;
  private final int bytes;
  private final BigInteger limit;
  private final long smallLimit;
  private final String path;

  /**
   * A view of the integers, valid as long as the column's batch is open.
   *
   * @param type the column's type, of 128 or 256 bits
   * @param path the column's name, for errors
   */
  public WideIntegers(Column column, ArrowType.Decimal type, String path) {
    this.data = column.vector().getDataBufferAddress();
    this.bytes = type.getBitWidth() / Byte.SIZE;
    this.limit = BigInteger.TEN.pow(type.getPrecision());
    this.smallLimit = type.getPrecision() <= 18 ? limit.longValueExact() : Long.MAX_VALUE;
    this.path = path;
  }

  /** Whether a value fits a long and its declared precision. */
  public boolean isSmall(int row) {
    long at = data + (long) row * bytes;
    long low = MemoryUtil.getLong(at);
    long sign = low >> 63;
    for (int above = 8; above < bytes; above += 8) {
      if (MemoryUtil.getLong(at + above) != sign) {
        return false;
      }
    }
    return low < smallLimit && low > -smallLimit;
  }

  /** A value that {@link #isSmall}. */
  public long small(int row) {
    return MemoryUtil.getLong(data + (long) row * bytes);
  }

  /**
   * Any value.
   *
   * @throws CorruptEntryException where it has more digits than declared, which only a broken
   *     writer leaves behind
   */
  public BigInteger large(int row) {
    long at = data + (long) row * bytes;
    ByteBuffer bigEndian = ByteBuffer.allocate(bytes);
    for (int word = bytes - 8; word >= 0; word -= 8) {
      bigEndian.putLong(MemoryUtil.getLong(at + word));
    }
    BigInteger value = new BigInteger(bigEndian.array());
    if (value.abs().compareTo(limit) >= 0) {
      throw new CorruptEntryException(
          "column '%s' holds a decimal with more digits than its type has, in row %d of its batch"
              .formatted(path, row),
          -1);
    }
    return value;
  }
}

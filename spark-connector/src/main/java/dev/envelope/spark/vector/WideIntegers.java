package dev.envelope.spark.vector;

import dev.envelope.CorruptEntryException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import org.apache.spark.unsafe.Platform;

/** The unscaled values under decimals: little-endian integers of 128 or 256 bits. */
final class WideIntegers {
  private final long data;
  private final int bytes;
  private final BigInteger limit;
  private final long smallLimit;
  private final String path;

  /**
   * A view of the integers.
   *
   * @param precision how many decimal digits they were declared to have at most
   * @param path the column's name, for errors
   */
  WideIntegers(long data, int bits, int precision, String path) {
    this.data = data;
    this.bytes = bits / Byte.SIZE;
    this.limit = BigInteger.TEN.pow(precision);
    this.smallLimit = precision <= 18 ? limit.longValueExact() : Long.MAX_VALUE;
    this.path = path;
  }

  /** Whether a value fits a long and its declared precision. */
  boolean isSmall(int row) {
    long at = data + (long) row * bytes;
    long low = Platform.getLong(null, at);
    long sign = low >> 63;
    for (int above = 8; above < bytes; above += 8) {
      if (Platform.getLong(null, at + above) != sign) {
        return false;
      }
    }
    return low < smallLimit && low > -smallLimit;
  }

  /** A value that {@link #isSmall}. */
  long small(int row) {
    return Platform.getLong(null, data + (long) row * bytes);
  }

  /**
   * Any value.
   *
   * @throws CorruptEntryException where it has more digits than declared, which only a broken
   *     writer leaves behind
   */
  BigInteger large(int row) {
    long at = data + (long) row * bytes;
    ByteBuffer bigEndian = ByteBuffer.allocate(bytes);
    for (int word = bytes - 8; word >= 0; word -= 8) {
      bigEndian.putLong(Platform.getLong(null, at + word));
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

package dev.envelope.spark.vector;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;

/**
 * Makes Spark decimals of one type out of unscaled integers of a smaller scale.
 *
 * <p>Most values fit a long, whatever their type allows, and take the way without big integers.
 */
final class DecimalScaler {
  /** Spark keeps an unscaled value below this in a long, whatever the precision. */
  private static final long COMPACT = 1_000_000_000_000_000_000L;

  private final int precision;
  private final int scale;
  private final BigInteger factor;
  private final long compactFactor;
  private final long compactLimit;

  /**
   * A scaler.
   *
   * @param type the type to make; the caller vouches that all values fit
   * @param ownScale the scale of the unscaled integers, at most that of the type; may be negative
   */
  DecimalScaler(DecimalType type, int ownScale) {
    this.precision = type.precision();
    this.scale = type.scale();
    int shift = scale - ownScale;
    this.factor = BigInteger.TEN.pow(shift);
    boolean compact = shift <= 18;
    this.compactFactor = compact ? factor.longValueExact() : 1;
    this.compactLimit = compact ? COMPACT / compactFactor : 0;
  }

  /** The scaler for a column of integers, or null where it is not read as decimals. */
  static DecimalScaler ofIntegers(DataType type) {
    return type instanceof DecimalType decimal ? new DecimalScaler(decimal, 0) : null;
  }

  Decimal scale(long unscaled) {
    if (unscaled < compactLimit && unscaled > -compactLimit) {
      return Decimal.createUnsafe(unscaled * compactFactor, precision, scale);
    }
    return scale(BigInteger.valueOf(unscaled));
  }

  Decimal scale(BigInteger unscaled) {
    return Decimal.apply(new BigDecimal(unscaled.multiply(factor), scale), precision, scale);
  }
}

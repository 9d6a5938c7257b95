package dev.envelope.flink.vector;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;

/**
 * Makes Flink decimals of one type out of unscaled integers of a smaller scale.
 *
 * <p>Types of up to 18 digits take the way without big integers. The caller vouches that all values
 * fit the type.
 */
final class DecimalScaler {
  private final int precision;
  private final int scale;
  private final int ownScale;

  /** What the unscaled integers are multiplied by, or 0 where the products need not fit a long. */
  private final long compactFactor;

  /**
   * A scaler.
   *
   * @param type the type to make
   * @param ownScale the scale of the unscaled integers, at most that of the type; may be negative
   */
  DecimalScaler(DecimalType type, int ownScale) {
    this.precision = type.getPrecision();
    this.scale = type.getScale();
    this.ownScale = ownScale;
    this.compactFactor =
        DecimalData.isCompact(precision)
            ? BigInteger.TEN.pow(scale - ownScale).longValueExact()
            : 0;
  }

  /** The scaler for a column of integers, or null where it is not read as decimals. */
  static DecimalScaler ofIntegers(LogicalType type) {
    return type instanceof DecimalType decimal ? new DecimalScaler(decimal, 0) : null;
  }

  DecimalData scale(long unscaled) {
    return compactFactor != 0
        ? DecimalData.fromUnscaledLong(unscaled * compactFactor, precision, scale)
        : DecimalData.fromBigDecimal(BigDecimal.valueOf(unscaled, ownScale), precision, scale);
  }

  DecimalData scale(BigInteger unscaled) {
    return DecimalData.fromBigDecimal(new BigDecimal(unscaled, ownScale), precision, scale);
  }
}

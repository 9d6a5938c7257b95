package dev.envelope.payload.value;

import java.util.Optional;
import org.apache.arrow.vector.types.pojo.ArrowType;

/**
 * How many decimal digits the values of a type have: what decides which SQL decimal holds them.
 *
 * @param precision how many there are, at least 1
 * @param scale how many of them are behind the point, 0 to {@code precision}
 */
public record DecimalDigits(int precision, int scale) {
  /** What 256 bits hold; a scale far beyond is made up, and its text would fill the memory. */
  private static final int MAX_STORED = 76;

  /** The bits of magnitude that a 32-bit float keeps exactly, by IEEE 754. */
  public static final int FLOAT_BITS = 24;

  /** The bits of magnitude that a 64-bit float keeps exactly, by IEEE 754. */
  public static final int DOUBLE_BITS = 53;

  /** The digits of an integer type's values. */
  public static DecimalDigits of(ArrowType.Int type) {
    return new DecimalDigits((int) Math.floor(bits(type) * Math.log10(2)) + 1, 0);
  }

  /**
   * The digits of a decimal type's values, where SQL knows neither a negative scale nor one above
   * the precision: the smallest type with room for all of them.
   *
   * @return empty where the type is made up: beyond what its bits hold
   */
  public static Optional<DecimalDigits> of(ArrowType.Decimal type) {
    int precision = type.getPrecision();
    int scale = type.getScale();
    boolean sound =
        (type.getBitWidth() == 128 || type.getBitWidth() == 256)
            && (precision >= 1 && precision <= MAX_STORED)
            && (scale >= -MAX_STORED && scale <= MAX_STORED);
    if (!sound) {
      return Optional.empty();
    }
    int behind = Math.max(scale, 0);
    return Optional.of(new DecimalDigits(Math.max(precision - Math.min(scale, 0), behind), behind));
  }

  /** How many bits of magnitude an integer type has: without the sign. */
  public static int bits(ArrowType.Int type) {
    return type.getIsSigned() ? type.getBitWidth() - 1 : type.getBitWidth();
  }

  /** Whether there is room for all digits of another type, before the point and behind it. */
  public boolean holds(DecimalDigits other) {
    return scale >= other.scale && precision - scale >= other.precision - other.scale;
  }
}

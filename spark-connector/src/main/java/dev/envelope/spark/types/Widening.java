package dev.envelope.spark.types;

import dev.envelope.payload.value.DecimalDigits;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;

/** Which types hold every value of another one. */
final class Widening {
  private Widening() {}

  /**
   * Whether values can be read as a wanted type, every one of them exactly.
   *
   * @param type the Arrow type, without children
   * @param own the Spark type that goes with it
   */
  static boolean reads(ArrowType type, DataType own, DataType wanted) {
    if (own.equals(wanted) || own instanceof NullType) {
      return true;
    }
    return switch (type.getTypeID()) {
      case Int -> holdsInteger((ArrowType.Int) type, wanted);
      case FloatingPoint -> own instanceof FloatType && wanted instanceof DoubleType;
      case Decimal -> wanted instanceof StringType || holdsDecimal(own, wanted);
      // Collations are a matter of comparing, not of bytes.
      case Utf8, LargeUtf8, Utf8View -> wanted instanceof StringType;
      default -> false;
    };
  }

  private static boolean holdsInteger(ArrowType.Int type, DataType wanted) {
    return wanted instanceof DecimalType decimal
        ? digits(decimal).holds(DecimalDigits.of(type))
        : DecimalDigits.bits(type) <= integerBits(wanted);
  }

  /** How many bits of magnitude a Spark number keeps exactly; -1 for what is no number. */
  static int integerBits(DataType type) {
    if (type instanceof ByteType) {
      return Byte.SIZE - 1;
    } else if (type instanceof ShortType) {
      return Short.SIZE - 1;
    } else if (type instanceof IntegerType) {
      return Integer.SIZE - 1;
    } else if (type instanceof LongType) {
      return Long.SIZE - 1;
    } else if (type instanceof FloatType) {
      return DecimalDigits.FLOAT_BITS;
    } else if (type instanceof DoubleType) {
      return DecimalDigits.DOUBLE_BITS;
    }
    return -1;
  }

  private static boolean holdsDecimal(DataType own, DataType wanted) {
    return own instanceof DecimalType from
        && wanted instanceof DecimalType to
        && digits(to).holds(digits(from));
  }

  private static DecimalDigits digits(DecimalType type) {
    return new DecimalDigits(type.precision(), type.scale());
  }
}

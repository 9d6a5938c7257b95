package dev.envelope.spark.types;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The smallest type above two types, by the rules of {@link Widening}; null where there is none.
 */
final class CommonType {
  private static final int MAX_DIGITS = 38;

  private CommonType() {}

  static DataType of(DataType one, DataType other) {
    if (one.equals(other) || other instanceof NullType) {
      return one;
    } else if (one instanceof NullType) {
      return other;
    } else if (one instanceof StructType left && other instanceof StructType right) {
      return structs(left, right);
    } else if (one instanceof ArrayType left && other instanceof ArrayType right) {
      DataType element = of(left.elementType(), right.elementType());
      return element == null ? null : DataTypes.createArrayType(element, true);
    } else if (one instanceof MapType left && other instanceof MapType right) {
      DataType key = of(left.keyType(), right.keyType());
      DataType value = of(left.valueType(), right.valueType());
      return key == null || value == null ? null : DataTypes.createMapType(key, value, true);
    } else if (isDecimalOrText(one) && isDecimalOrText(other)) {
      DataType decimal = decimals(one, other);
      return decimal == null ? DataTypes.StringType : decimal;
    } else if (one instanceof DecimalType || other instanceof DecimalType) {
      return decimals(one, other);
    }
    return numbers(one, other);
  }

  private static DataType structs(StructType one, StructType other) {
    Map<String, DataType> fields = new LinkedHashMap<>();
    for (StructField field : one.fields()) {
      fields.put(field.name(), field.dataType());
    }
    for (StructField field : other.fields()) {
      DataType before = fields.getOrDefault(field.name(), DataTypes.NullType);
      DataType merged = of(before, field.dataType());
      if (merged == null) {
        return null;
      }
      fields.put(field.name(), merged);
    }
    StructType merged = new StructType();
    for (var field : fields.entrySet()) {
      merged = merged.add(field.getKey(), field.getValue(), true);
    }
    return merged;
  }

  /** Decimals too wide for Spark are text, so text is above every decimal. */
  private static boolean isDecimalOrText(DataType type) {
    return type instanceof DecimalType || type instanceof StringType;
  }

  /** Null where one of the types is no number, or no decimal is wide enough. */
  private static DataType decimals(DataType one, DataType other) {
    int left = integerDigits(one);
    int right = integerDigits(other);
    int scale = Math.max(scale(one), scale(other));
    int digits = Math.max(left, right) + scale;
    return left < 0 || right < 0 || digits > MAX_DIGITS
        ? null
        : DataTypes.createDecimalType(digits, scale);
  }

  private static int scale(DataType type) {
    return type instanceof DecimalType decimal ? decimal.scale() : 0;
  }

  private static int integerDigits(DataType type) {
    if (type instanceof DecimalType decimal) {
      return decimal.precision() - decimal.scale();
    }
    boolean integer = !(type instanceof FloatType) && !(type instanceof DoubleType);
    int bits = Widening.integerBits(type);
    return integer && bits >= 0 ? Widening.digits(bits) : -1;
  }

  private static DataType numbers(DataType one, DataType other) {
    int left = Widening.integerBits(one);
    int right = Widening.integerBits(other);
    if (left < 0 || right < 0) {
      return null;
    }
    boolean floats = isFloat(one) || isFloat(other);
    if (!floats) {
      return left > right ? one : other;
    }
    int integer = Math.max(isFloat(one) ? 0 : left, isFloat(other) ? 0 : right);
    boolean single = !(one instanceof DoubleType) && !(other instanceof DoubleType);
    if (single && integer <= Widening.integerBits(DataTypes.FloatType)) {
      return DataTypes.FloatType;
    }
    return integer <= Widening.integerBits(DataTypes.DoubleType) ? DataTypes.DoubleType : null;
  }

  private static boolean isFloat(DataType type) {
    return type instanceof FloatType || type instanceof DoubleType;
  }
}

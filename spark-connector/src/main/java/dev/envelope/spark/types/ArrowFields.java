package dev.envelope.spark.types;

import dev.envelope.UnsupportedEntryException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DayTimeIntervalType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;

/**
 * The Arrow fields that values are decoded into for a Spark type that a user asks for: the way back
 * from {@link SparkTypes}. Stateless.
 */
public final class ArrowFields {
  private static final int DECIMAL_BITS = 128;

  private ArrowFields() {}

  /**
   * A field of a name.
   *
   * @throws UnsupportedEntryException naming the column and the type that nothing is decoded into
   */
  public static Field of(String name, boolean nullable, DataType type) {
    return of(name, nullable, type, name);
  }

  private static Field of(String name, boolean nullable, DataType type, String path) {
    if (type instanceof ArrayType array) {
      Field element = of("item", true, array.elementType(), SparkTypes.elementOf(path));
      return field(name, nullable, ArrowType.List.INSTANCE, List.of(element));
    }
    if (type instanceof MapType map) {
      Field key = of("key", false, map.keyType(), SparkTypes.keyOf(path));
      Field value = of("value", true, map.valueType(), SparkTypes.valueOf(path));
      Field entries = field("entries", false, ArrowType.Struct.INSTANCE, List.of(key, value));
      return field(name, nullable, new ArrowType.Map(false), List.of(entries));
    }
    if (type instanceof StructType struct) {
      List<Field> fields = new ArrayList<>();
      for (StructField part : struct.fields()) {
        fields.add(of(part.name(), true, part.dataType(), path + "." + part.name()));
      }
      return field(name, nullable, ArrowType.Struct.INSTANCE, fields);
    }
    return field(name, nullable, leaf(type, path), List.of());
  }

  private static Field field(String name, boolean nullable, ArrowType type, List<Field> children) {
    return new Field(name, new FieldType(nullable, type, null), children);
  }

  private static ArrowType leaf(DataType type, String path) {
    if (type instanceof NullType) {
      return ArrowType.Null.INSTANCE;
    } else if (type instanceof BooleanType) {
      return ArrowType.Bool.INSTANCE;
    } else if (type instanceof ByteType) {
      return new ArrowType.Int(Byte.SIZE, true);
    } else if (type instanceof ShortType) {
      return new ArrowType.Int(Short.SIZE, true);
    } else if (type instanceof IntegerType) {
      return new ArrowType.Int(Integer.SIZE, true);
    } else if (type instanceof LongType) {
      return new ArrowType.Int(Long.SIZE, true);
    } else if (type instanceof FloatType) {
      return new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
    } else if (type instanceof DoubleType) {
      return new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
    } else if (type instanceof DecimalType decimal) {
      return new ArrowType.Decimal(decimal.precision(), decimal.scale(), DECIMAL_BITS);
    } else if (type instanceof StringType) {
      return ArrowType.Utf8.INSTANCE;
    } else if (type instanceof BinaryType) {
      return ArrowType.Binary.INSTANCE;
    } else if (type instanceof DateType) {
      return new ArrowType.Date(DateUnit.DAY);
    } else if (type instanceof TimestampType) {
      return new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC");
    } else if (type instanceof TimestampNTZType) {
      return new ArrowType.Timestamp(TimeUnit.MICROSECOND, null);
    } else if (type instanceof DayTimeIntervalType) {
      return new ArrowType.Duration(TimeUnit.MICROSECOND);
    }
    throw new UnsupportedEntryException(
        "column '%s' is declared %s, which nothing is decoded into; declare it as another type and cast it in the query"
            .formatted(path, type.catalogString()));
  }
}

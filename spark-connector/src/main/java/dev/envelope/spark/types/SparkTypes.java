package dev.envelope.spark.types;

import dev.envelope.UnsupportedEntryException;
import dev.envelope.payload.value.DecimalDigits;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The Spark types of Arrow fields; {@code docs/types.md} has the table.
 *
 * <p>Whatever is inside a list, map or struct may be null in the types made here, whatever the
 * Arrow field says: writers leave nulls under null parents, and the flag buys nothing there. Map
 * keys are never null. Stateless.
 */
public final class SparkTypes {
  private static final int MAX_DIGITS = 38;

  private SparkTypes() {}

  /**
   * The Spark type that the values of a field are read as.
   *
   * @param field a field of a schema as IPC writes it: for a dictionary-encoded field its type is
   *     the type of the values
   * @param rawNanos whether timestamps and times in nanoseconds stay whole, as {@code bigint}
   *     nanoseconds, rather than being floored to Spark's microseconds
   * @throws UnsupportedEntryException naming the column and the Arrow type that Spark has nothing
   *     for
   */
  public static DataType of(Field field, boolean rawNanos) {
    return of(field, rawNanos, field.getName());
  }

  /**
   * Checks that values of a field can be read as a type, without loss: as the type of {@link #of}
   * or as one that holds all of its values. Fields of structs are matched by name; one that is
   * missing in the entry is read as nulls.
   *
   * @param wanted the type in the user's schema, or in a schema merged from several entries
   * @throws UnsupportedEntryException naming the column and both types
   */
  public static void check(Field field, DataType wanted, boolean rawNanos) {
    check(field, wanted, rawNanos, field.getName());
  }

  /**
   * Checks one value type that has no children against a wanted type.
   *
   * @param path the column's name, with the names of what it is inside of
   * @throws UnsupportedEntryException naming the column and both types
   */
  public static void checkLeaf(ArrowType type, DataType wanted, boolean rawNanos, String path) {
    DataType own = leaf(type, rawNanos, path);
    if (!Widening.reads(type, own, wanted)) {
      throw mismatch(path, type, own.catalogString(), wanted);
    }
  }

  /** The error for a column whose values are no instance of the wanted type. */
  public static UnsupportedEntryException mismatch(
      String path, ArrowType type, String own, DataType wanted) {
    return new UnsupportedEntryException(
        "column '%s' is %s (Arrow %s) and cannot be read as %s without loss; read it as %s and cast it in the query"
            .formatted(path, own, storage(type), wanted.catalogString(), own));
  }

  /** The error for a type that Spark has nothing for. */
  public static UnsupportedEntryException unsupported(String path, ArrowType type) {
    return new UnsupportedEntryException(
        "column '%s' has the Arrow type %s, which Spark cannot represent; select the other columns, or write this one as another type"
            .formatted(path, type));
  }

  /** The error for nulls where the wanted type allows none. */
  public static UnsupportedEntryException nullsNotWanted(String path) {
    return new UnsupportedEntryException(
        "column '%s' is declared NOT NULL but holds nulls; declare it nullable".formatted(path));
  }

  /** Where the elements of a list are, as Spark itself writes such paths. */
  public static String elementOf(String path) {
    return path + ".element";
  }

  /** Where the keys of a map are. */
  public static String keyOf(String path) {
    return path + ".key";
  }

  /** Where the values of a map are. */
  public static String valueOf(String path) {
    return path + ".value";
  }

  private static DataType of(Field field, boolean rawNanos, String path) {
    ArrowType type = storage(field.getType());
    switch (type.getTypeID()) {
      case List, LargeList, FixedSizeList, ListView, LargeListView -> {
        Field element = field.getChildren().get(0);
        return DataTypes.createArrayType(of(element, rawNanos, elementOf(path)), true);
      }
      case Map -> {
        List<Field> entry = field.getChildren().get(0).getChildren();
        return DataTypes.createMapType(
            of(entry.get(0), rawNanos, keyOf(path)),
            of(entry.get(1), rawNanos, valueOf(path)),
            true);
      }
      case Struct -> {
        List<StructField> fields = new ArrayList<>();
        for (Field child : field.getChildren()) {
          DataType childType = of(child, rawNanos, path + "." + child.getName());
          fields.add(DataTypes.createStructField(child.getName(), childType, true));
        }
        return DataTypes.createStructType(fields);
      }
      default -> {
        return leaf(type, rawNanos, path);
      }
    }
  }

  private static void check(Field field, DataType wanted, boolean rawNanos, String path) {
    ArrowType type = storage(field.getType());
    switch (type.getTypeID()) {
      case List, LargeList, FixedSizeList, ListView, LargeListView -> {
        if (!(wanted instanceof ArrayType array)) {
          throw mismatch(path, type, "an array", wanted);
        }
        check(field.getChildren().get(0), array.elementType(), rawNanos, elementOf(path));
      }
      case Map -> {
        if (!(wanted instanceof MapType map)) {
          throw mismatch(path, type, "a map", wanted);
        }
        List<Field> entry = field.getChildren().get(0).getChildren();
        check(entry.get(0), map.keyType(), rawNanos, keyOf(path));
        check(entry.get(1), map.valueType(), rawNanos, valueOf(path));
      }
      case Struct -> {
        if (!(wanted instanceof StructType struct)) {
          throw mismatch(path, type, "a struct", wanted);
        }
        for (StructField part : struct.fields()) {
          String partPath = path + "." + part.name();
          Field child = named(field.getChildren(), part.name());
          if (child != null) {
            check(child, part.dataType(), rawNanos, partPath);
          } else if (!part.nullable()) {
            throw nullsNotWanted(partPath);
          }
        }
      }
      default -> checkLeaf(type, wanted, rawNanos, path);
    }
  }

  private static Field named(List<Field> fields, String name) {
    for (Field field : fields) {
      if (field.getName().equals(name)) {
        return field;
      }
    }
    return null;
  }

  /** Extension types (UUIDs, pandas' own) are read as what they are stored as. */
  private static ArrowType storage(ArrowType type) {
    return type instanceof ArrowType.ExtensionType extension ? extension.storageType() : type;
  }

  /** The type of a field without children. */
  private static DataType leaf(ArrowType type, boolean rawNanos, String path) {
    DataType found =
        switch (type.getTypeID()) {
          case Null -> DataTypes.NullType;
          case Bool -> DataTypes.BooleanType;
          case Int -> integer((ArrowType.Int) type);
          case FloatingPoint ->
              switch (((ArrowType.FloatingPoint) type).getPrecision()) {
                case HALF, SINGLE -> DataTypes.FloatType;
                case DOUBLE -> DataTypes.DoubleType;
              };
          case Decimal -> decimal((ArrowType.Decimal) type);
          case Utf8, LargeUtf8, Utf8View -> DataTypes.StringType;
          case Binary, LargeBinary, BinaryView, FixedSizeBinary -> DataTypes.BinaryType;
          case Date -> DataTypes.DateType;
          // Spark before 4.1 has no type for a time of day.
          case Time -> DataTypes.LongType;
          case Timestamp -> timestamp((ArrowType.Timestamp) type, rawNanos);
          case Duration -> DataTypes.createDayTimeIntervalType();
          case Interval ->
              switch (((ArrowType.Interval) type).getUnit()) {
                case YEAR_MONTH -> DataTypes.createYearMonthIntervalType();
                case DAY_TIME -> DataTypes.createDayTimeIntervalType();
                case MONTH_DAY_NANO -> DataTypes.CalendarIntervalType;
              };
          default -> null;
        };
    if (found == null) {
      throw unsupported(path, type);
    }
    return found;
  }

  /** Null for a width that the format does not know. */
  private static DataType integer(ArrowType.Int type) {
    boolean signed = type.getIsSigned();
    return switch (type.getBitWidth()) {
      case 8 -> signed ? DataTypes.ByteType : DataTypes.ShortType;
      case 16 -> signed ? DataTypes.ShortType : DataTypes.IntegerType;
      case 32 -> signed ? DataTypes.IntegerType : DataTypes.LongType;
      case 64 -> signed ? DataTypes.LongType : DataTypes.createDecimalType(20, 0);
      default -> null;
    };
  }

  private static DataType timestamp(ArrowType.Timestamp type, boolean rawNanos) {
    if (rawNanos && type.getUnit() == TimeUnit.NANOSECOND) {
      return DataTypes.LongType;
    }
    return type.getTimezone() == null || type.getTimezone().isEmpty()
        ? DataTypes.TimestampNTZType
        : DataTypes.TimestampType;
  }

  /** The smallest Spark decimal that holds all values, text where none does; null where made up. */
  private static DataType decimal(ArrowType.Decimal type) {
    return DecimalDigits.of(type)
        .map(
            digits ->
                digits.precision() <= MAX_DIGITS
                    ? new DecimalType(digits.precision(), digits.scale())
                    : DataTypes.StringType)
        .orElse(null);
  }
}

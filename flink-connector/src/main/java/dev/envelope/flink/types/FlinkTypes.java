package dev.envelope.flink.types;

import dev.envelope.UnsupportedEntryException;
import dev.envelope.payload.value.DecimalDigits;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.BooleanType;
import org.apache.flink.table.types.logical.DateType;
import org.apache.flink.table.types.logical.DayTimeIntervalType;
import org.apache.flink.table.types.logical.DayTimeIntervalType.DayTimeResolution;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.FloatType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.SmallIntType;
import org.apache.flink.table.types.logical.TimeType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.TinyIntType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.table.types.logical.YearMonthIntervalType;
import org.apache.flink.table.types.logical.YearMonthIntervalType.YearMonthResolution;

/**
 * The Flink types of Arrow fields; {@code docs/types.md} has the table.
 *
 * <p>A type made here is nullable where its field is. Whatever is inside a list, map or struct is
 * nullable, whatever the Arrow field says: writers leave nulls under null parents. Stateless.
 */
public final class FlinkTypes {
  /** The parts of an interval that no type of Flink's has together. */
  static final RowType MONTHS_DAYS_NANOS =
      RowType.of(
          new LogicalType[] {new IntType(), new IntType(), new BigIntType()},
          new String[] {"months", "days", "nanoseconds"});

  private FlinkTypes() {}

  /**
   * The Flink type that the values of a field are read as.
   *
   * @param field a field of a schema as IPC writes it: for a dictionary-encoded field its type is
   *     the type of the values
   * @throws UnsupportedEntryException naming the column and the Arrow type that Flink has nothing
   *     for
   */
  public static LogicalType of(Field field) {
    return of(field, field.getName()).copy(field.isNullable());
  }

  /**
   * Checks that values of a field can be read as a type, without loss: as the type of {@link #of}
   * or as one that holds all of its values. Fields of rows are matched by name; one that is missing
   * in the entry is read as nulls. Whether the column itself may be null is not looked at.
   *
   * @param wanted the type in the user's schema, or in a schema merged from several entries
   * @throws UnsupportedEntryException naming the column and both types
   */
  public static void check(Field field, LogicalType wanted) {
    check(field, wanted, field.getName());
  }

  /**
   * Checks one value type that has no children against a wanted type.
   *
   * @param path the column's name, with the names of what it is inside of
   * @throws UnsupportedEntryException naming the column and both types
   */
  public static void checkLeaf(ArrowType type, LogicalType wanted, String path) {
    LogicalType own = leaf(type, path);
    if (!Widening.reads(type, wanted)) {
      throw mismatch(path, type, own.asSummaryString(), wanted);
    }
  }

  /** The error for a column whose values are no instance of the wanted type. */
  public static UnsupportedEntryException mismatch(
      String path, ArrowType type, String own, LogicalType wanted) {
    return new UnsupportedEntryException(
        "column '%s' is %s (Arrow %s) and cannot be read as %s without loss; read it as %s and cast it in the query"
            .formatted(path, own, storage(type), wanted.asSummaryString(), own));
  }

  /** The error for a type that Flink has nothing for. */
  public static UnsupportedEntryException unsupported(String path, ArrowType type) {
    return new UnsupportedEntryException(
        "column '%s' has the Arrow type %s, which Flink cannot represent; select the other columns, or write this one as another type"
            .formatted(path, type));
  }

  /** The error for nulls where the wanted type allows none. */
  public static UnsupportedEntryException nullsNotWanted(String path) {
    return new UnsupportedEntryException(
        "column '%s' is declared NOT NULL but holds nulls; declare it nullable".formatted(path));
  }

  /** Where the elements of a list are. */
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

  private static LogicalType of(Field field, String path) {
    ArrowType type = storage(field.getType());
    return switch (type.getTypeID()) {
      case List, LargeList, FixedSizeList, ListView, LargeListView ->
          new ArrayType(of(field.getChildren().get(0), elementOf(path)));
      case Map -> {
        List<Field> entry = field.getChildren().get(0).getChildren();
        yield new MapType(of(entry.get(0), keyOf(path)), of(entry.get(1), valueOf(path)));
      }
      case Struct -> row(field, path);
      default -> leaf(type, path);
    };
  }

  /** Flink's rows cannot have two fields of one name, nor one without. */
  private static LogicalType row(Field field, String path) {
    List<RowType.RowField> fields = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Field child : field.getChildren()) {
      if (child.getName().isBlank()) {
        throw new UnsupportedEntryException(
            "column '%s' is a struct with a field without a name, which Flink cannot represent; declare its type without that field"
                .formatted(path));
      }
      if (names.add(child.getName())) {
        fields.add(new RowType.RowField(child.getName(), of(child, path + "." + child.getName())));
      }
    }
    return new RowType(fields);
  }

  private static void check(Field field, LogicalType wanted, String path) {
    ArrowType type = storage(field.getType());
    switch (type.getTypeID()) {
      case List, LargeList, FixedSizeList, ListView, LargeListView -> {
        if (!(wanted instanceof ArrayType array)) {
          throw mismatch(path, type, "an array", wanted);
        }
        check(field.getChildren().get(0), array.getElementType(), elementOf(path));
      }
      case Map -> {
        if (!(wanted instanceof MapType map)) {
          throw mismatch(path, type, "a map", wanted);
        }
        List<Field> entry = field.getChildren().get(0).getChildren();
        check(entry.get(0), map.getKeyType(), keyOf(path));
        check(entry.get(1), map.getValueType(), valueOf(path));
      }
      case Struct -> {
        if (!(wanted instanceof RowType row)) {
          throw mismatch(path, type, "a row", wanted);
        }
        for (RowType.RowField part : row.getFields()) {
          String partPath = path + "." + part.getName();
          Field child = named(field.getChildren(), part.getName());
          if (child != null) {
            check(child, part.getType(), partPath);
          } else if (!part.getType().isNullable()) {
            throw nullsNotWanted(partPath);
          }
        }
      }
      default -> checkLeaf(type, wanted, path);
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

  /** How many digits behind the point of a second a unit has. */
  static int digits(TimeUnit unit) {
    return switch (unit) {
      case SECOND -> 0;
      case MILLISECOND -> 3;
      case MICROSECOND -> 6;
      case NANOSECOND -> 9;
    };
  }

  /** The type of a field without children. */
  private static LogicalType leaf(ArrowType type, String path) {
    LogicalType found =
        switch (type.getTypeID()) {
          // Flink has a type for nulls, but no serializer of rows takes it.
          case Null -> VarCharType.STRING_TYPE;
          case Bool -> new BooleanType();
          case Int -> integer((ArrowType.Int) type);
          case FloatingPoint ->
              switch (((ArrowType.FloatingPoint) type).getPrecision()) {
                case HALF, SINGLE -> new FloatType();
                case DOUBLE -> new DoubleType();
              };
          case Decimal -> decimal((ArrowType.Decimal) type);
          case Utf8, LargeUtf8, Utf8View -> VarCharType.STRING_TYPE;
          case Binary, LargeBinary, BinaryView, FixedSizeBinary ->
              new VarBinaryType(VarBinaryType.MAX_LENGTH);
          case Date -> new DateType();
          case Time -> time(((ArrowType.Time) type).getUnit());
          case Timestamp -> timestamp((ArrowType.Timestamp) type);
          case Duration -> duration(((ArrowType.Duration) type).getUnit());
          case Interval ->
              switch (((ArrowType.Interval) type).getUnit()) {
                case YEAR_MONTH ->
                    new YearMonthIntervalType(
                        YearMonthResolution.YEAR_TO_MONTH, YearMonthIntervalType.MAX_PRECISION);
                case DAY_TIME -> milliseconds();
                case MONTH_DAY_NANO -> MONTHS_DAYS_NANOS;
              };
          default -> null;
        };
    if (found == null) {
      throw unsupported(path, type);
    }
    return found;
  }

  /** Null for a width that the format does not know. */
  private static LogicalType integer(ArrowType.Int type) {
    boolean signed = type.getIsSigned();
    return switch (type.getBitWidth()) {
      case 8 -> signed ? new TinyIntType() : new SmallIntType();
      case 16 -> signed ? new SmallIntType() : new IntType();
      case 32 -> signed ? new IntType() : new BigIntType();
      case 64 -> signed ? new BigIntType() : new DecimalType(20, 0);
      default -> null;
    };
  }

  /** The smallest Flink decimal that holds all values, text where none does; null where made up. */
  private static LogicalType decimal(ArrowType.Decimal type) {
    return DecimalDigits.of(type)
        .map(
            digits ->
                digits.precision() <= DecimalType.MAX_PRECISION
                    ? new DecimalType(digits.precision(), digits.scale())
                    : VarCharType.STRING_TYPE)
        .orElse(null);
  }

  /** Flink 1.20 makes every TIME a TIME(0) when it plans, and no version keeps microseconds. */
  private static LogicalType time(TimeUnit unit) {
    return unit == TimeUnit.SECOND ? new TimeType(0) : new BigIntType();
  }

  private static LogicalType timestamp(ArrowType.Timestamp type) {
    int digits = digits(type.getUnit());
    return hasZone(type) ? new LocalZonedTimestampType(digits) : new TimestampType(digits);
  }

  /** Whether a timestamp is a point in time rather than what a clock on a wall showed. */
  static boolean hasZone(ArrowType.Timestamp type) {
    return type.getTimezone() != null && !type.getTimezone().isEmpty();
  }

  /** Flink's intervals are whole milliseconds. */
  private static LogicalType duration(TimeUnit unit) {
    return digits(unit) <= 3 ? milliseconds() : new BigIntType();
  }

  private static LogicalType milliseconds() {
    return new DayTimeIntervalType(
        DayTimeResolution.DAY_TO_SECOND, DayTimeIntervalType.MAX_DAY_PRECISION, 3);
  }
}

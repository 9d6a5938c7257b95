package dev.envelope.spark.vector;

import dev.envelope.CorruptEntryException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.payload.Column;
import dev.envelope.payload.value.DictionaryIndices;
import dev.envelope.spark.types.SparkTypes;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListViewVector;
import org.apache.arrow.vector.complex.ListViewVector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnVector;

/**
 * Opens the columns of a batch as Spark column vectors, which are views: valid until the batch is
 * closed, and with nothing of their own to close. Making one costs a few objects, whatever the
 * number of rows. Stateless.
 */
public final class ColumnVectors {
  private static final long MICROS_PER_MILLI = 1_000L;
  private static final long MICROS_PER_SECOND = 1_000_000L;

  private final boolean rawNanos;

  private ColumnVectors(boolean rawNanos) {
    this.rawNanos = rawNanos;
  }

  /**
   * A column as a vector of a wanted type.
   *
   * <p>Whether the column itself has nulls is for the caller to ask ({@link ColumnVector#hasNull});
   * nulls inside it are checked against the wanted type here.
   *
   * @param column a column of an open batch
   * @param wanted the type of {@link SparkTypes#of} or one that holds all of its values; structs
   *     may have fewer fields, more fields (read as nulls) or another order than the column
   * @param rawNanos whether times in nanoseconds stay whole, as in {@link SparkTypes#of}
   * @throws UnsupportedEntryException when the column cannot be read as the wanted type. Getters
   *     throw it too, for a value that Spark's type does not reach, and {@link
   *     CorruptEntryException} for a decimal with more digits than its type has
   */
  public static ColumnVector of(Column column, DataType wanted, boolean rawNanos) {
    return new ColumnVectors(rawNanos).open(column, wanted, column.field().getName());
  }

  /**
   * Nulls in the place of a column that the entry does not have.
   *
   * @param type any type
   * @param rows how many
   */
  public static ColumnVector nulls(DataType type, int rows) {
    return new NullsColumnVector(type, rows);
  }

  private ColumnVector open(Column column, DataType wanted, String path) {
    FieldVector vector = column.vector();
    if (column.dictionary() != null) {
      ColumnVector values = open(column.dictionary(), wanted, path);
      return new DictionaryColumnVector(new DictionaryIndices(column), values);
    }
    if (vector instanceof ExtensionTypeVector<?> extension) {
      vector = (FieldVector) extension.getUnderlyingVector();
    }
    ArrowType type = vector.getField().getType();
    return switch (type.getTypeID()) {
      case List, LargeList, FixedSizeList, ListView, LargeListView ->
          list(column, vector, type, wanted, path);
      case Map -> map(column, type, wanted, path);
      case Struct -> struct(column, type, wanted, path);
      default -> {
        SparkTypes.checkLeaf(type, wanted, rawNanos, path);
        yield leaf(column, vector, type, wanted, path);
      }
    };
  }

  private ColumnVector list(
      Column column, FieldVector vector, ArrowType type, DataType wanted, String path) {
    if (!(wanted instanceof ArrayType array)) {
      throw SparkTypes.mismatch(path, type, "an array", wanted);
    }
    String elementPath = SparkTypes.elementOf(path);
    ColumnVector elements = open(column.children().get(0), array.elementType(), elementPath);
    if (!array.containsNull() && holdsNulls(elements)) {
      throw SparkTypes.nullsNotWanted(elementPath);
    }
    return switch (type.getTypeID()) {
      case List -> new ListColumnVector(wanted, column, elements);
      case LargeList -> new LargeListColumnVector(wanted, column, elements);
      case FixedSizeList ->
          new FixedListColumnVector(
              wanted, column, ((FixedSizeListVector) vector).getListSize(), elements);
      case ListView -> {
        long sizes = ((ListViewVector) vector).getSizeBufferAddress();
        yield new ListViewColumnVector(wanted, column, sizes, false, elements);
      }
      default -> {
        long sizes = ((LargeListViewVector) vector).getSizeBufferAddress();
        yield new ListViewColumnVector(wanted, column, sizes, true, elements);
      }
    };
  }

  private ColumnVector map(Column column, ArrowType type, DataType wanted, String path) {
    if (!(wanted instanceof MapType map)) {
      throw SparkTypes.mismatch(path, type, "a map", wanted);
    }
    Column entries = column.children().get(0);
    String keyPath = SparkTypes.keyOf(path);
    String valuePath = SparkTypes.valueOf(path);
    ColumnVector keys = open(entries.children().get(0), map.keyType(), keyPath);
    ColumnVector values = open(entries.children().get(1), map.valueType(), valuePath);
    if (holdsNulls(keys)) {
      throw new CorruptEntryException("null keys in the map '%s'".formatted(path), -1);
    }
    if (!map.valueContainsNull() && holdsNulls(values)) {
      throw SparkTypes.nullsNotWanted(valuePath);
    }
    return new MapColumnVector(wanted, column, keys, values);
  }

  private ColumnVector struct(Column column, ArrowType type, DataType wanted, String path) {
    if (!(wanted instanceof StructType struct)) {
      throw SparkTypes.mismatch(path, type, "a struct", wanted);
    }
    StructField[] parts = struct.fields();
    ColumnVector[] fields = new ColumnVector[parts.length];
    StructColumnVector vector = new StructColumnVector(wanted, column, fields);
    for (int i = 0; i < parts.length; i++) {
      String partPath = path + "." + parts[i].name();
      Column child = named(column, parts[i].name());
      fields[i] =
          child == null
              ? nulls(parts[i].dataType(), column.length())
              : open(child, parts[i].dataType(), partPath);
      if (!parts[i].nullable() && hasNullWithin(vector, fields[i], column.length())) {
        throw SparkTypes.nullsNotWanted(partPath);
      }
    }
    return vector;
  }

  /** Exactly: a dictionary may hold a null that no row points at. */
  private static boolean holdsNulls(ColumnVector vector) {
    return vector.hasNull() && vector.numNulls() != 0;
  }

  private static Column named(Column struct, String name) {
    for (Column child : struct.children()) {
      if (child.field().getName().equals(name)) {
        return child;
      }
    }
    return null;
  }

  /** Whether a field is null in a struct that is not: writers leave nulls under null structs. */
  private static boolean hasNullWithin(ColumnVector struct, ColumnVector field, int rows) {
    if (!field.hasNull()) {
      return false;
    }
    for (int row = 0; row < rows; row++) {
      if (field.isNullAt(row) && !struct.isNullAt(row)) {
        return true;
      }
    }
    return false;
  }

  private ColumnVector leaf(
      Column column, FieldVector vector, ArrowType type, DataType wanted, String path) {
    return switch (type.getTypeID()) {
      case Null -> nulls(wanted, column.length());
      case Bool -> new BooleanColumnVector(wanted, column);
      case Int -> integer(column, (ArrowType.Int) type, wanted);
      case FloatingPoint ->
          switch (((ArrowType.FloatingPoint) type).getPrecision()) {
            case HALF -> new Float16ColumnVector(wanted, column);
            case SINGLE -> new Float32ColumnVector(wanted, column);
            case DOUBLE -> new Float64ColumnVector(wanted, column);
          };
      case Decimal ->
          wanted instanceof DecimalType decimal
              ? new DecimalColumnVector(decimal, column, (ArrowType.Decimal) type, path)
              : new DecimalTextColumnVector(wanted, column, (ArrowType.Decimal) type, path);
      case Utf8, Binary -> new TextColumnVector(wanted, column);
      case LargeUtf8, LargeBinary -> new LargeTextColumnVector(wanted, column, path);
      case Utf8View, BinaryView ->
          new TextViewColumnVector(wanted, column, (BaseVariableWidthViewVector) vector);
      case FixedSizeBinary -> {
        int width = ((FixedSizeBinaryVector) vector).getByteWidth();
        yield new FixedBinaryColumnVector(wanted, column, width);
      }
      case Date ->
          switch (((ArrowType.Date) type).getUnit()) {
            case DAY -> new Int32ColumnVector(wanted, column);
            case MILLISECOND -> new DateMillisColumnVector(wanted, column, path);
          };
      case Time -> time(column, (ArrowType.Time) type, wanted);
      case Timestamp -> instant(column, ((ArrowType.Timestamp) type).getUnit(), wanted, path);
      case Duration -> instant(column, ((ArrowType.Duration) type).getUnit(), wanted, path);
      case Interval ->
          switch (((ArrowType.Interval) type).getUnit()) {
            case YEAR_MONTH -> new Int32ColumnVector(wanted, column);
            case DAY_TIME -> new DayTimeColumnVector(wanted, column);
            case MONTH_DAY_NANO -> new CalendarIntervalColumnVector(wanted, column);
          };
      default -> throw SparkTypes.unsupported(path, type);
    };
  }

  private static ColumnVector integer(Column column, ArrowType.Int type, DataType wanted) {
    boolean signed = type.getIsSigned();
    return switch (type.getBitWidth()) {
      case 8 ->
          signed ? new Int8ColumnVector(wanted, column) : new UInt8ColumnVector(wanted, column);
      case 16 ->
          signed ? new Int16ColumnVector(wanted, column) : new UInt16ColumnVector(wanted, column);
      case 32 ->
          signed ? new Int32ColumnVector(wanted, column) : new UInt32ColumnVector(wanted, column);
      default ->
          signed ? new Int64ColumnVector(wanted, column) : new UInt64ColumnVector(wanted, column);
    };
  }

  private ColumnVector time(Column column, ArrowType.Time type, DataType wanted) {
    return switch (type.getUnit()) {
      case SECOND -> new ScaledInt32ColumnVector(wanted, column, MICROS_PER_SECOND);
      case MILLISECOND -> new ScaledInt32ColumnVector(wanted, column, MICROS_PER_MILLI);
      case MICROSECOND -> new Int64ColumnVector(wanted, column);
      case NANOSECOND ->
          rawNanos ? new Int64ColumnVector(wanted, column) : new NanosColumnVector(wanted, column);
    };
  }

  /** Points in time and lengths of time, which differ in their type only. */
  private static ColumnVector instant(Column column, TimeUnit unit, DataType wanted, String path) {
    return switch (unit) {
      case SECOND -> new ScaledInt64ColumnVector(wanted, column, MICROS_PER_SECOND, path);
      case MILLISECOND -> new ScaledInt64ColumnVector(wanted, column, MICROS_PER_MILLI, path);
      case MICROSECOND -> new Int64ColumnVector(wanted, column);
      // Read as a bigint only where the user asked for nanoseconds.
      case NANOSECOND ->
          wanted instanceof LongType
              ? new Int64ColumnVector(wanted, column)
              : new NanosColumnVector(wanted, column);
    };
  }
}

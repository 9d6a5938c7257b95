package dev.envelope.flink.vector;

import dev.envelope.CorruptEntryException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.flink.types.FlinkTypes;
import dev.envelope.payload.Column;
import dev.envelope.payload.value.DictionaryIndices;
import java.util.List;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListViewVector;
import org.apache.arrow.vector.complex.ListViewVector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.flink.table.data.columnar.vector.ColumnVector;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.RowType;

/**
 * Opens the columns of a batch as Flink column vectors, which are views: valid until the batch is
 * closed, and with nothing of their own to close. So are the arrays, maps and rows that they give;
 * strings, bytes, decimals and timestamps are Java objects of their own, made for each value that
 * is read. Making a vector costs a few objects, whatever the number of rows. Stateless.
 */
public final class ColumnVectors {
  private static final int MILLIS_PER_SECOND = 1_000;
  private static final long NANOS_PER_MICRO = 1_000L;
  private static final long NANOS_PER_MILLI = 1_000_000L;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private ColumnVectors() {}

  /**
   * A column as a vector of a wanted type.
   *
   * <p>Whether the column itself has nulls is for the caller to ask ({@link Column#nullCount}, also
   * of its dictionary); nulls inside it are checked against the wanted type here.
   *
   * @param column a column of an open batch
   * @param wanted the type of {@link FlinkTypes#of} or one that holds all of its values; rows may
   *     have fewer fields, more fields (read as nulls) or another order than the column
   * @throws UnsupportedEntryException when the column cannot be read as the wanted type. Getters
   *     throw it too, for a value that Flink's type does not reach, and {@link
   *     CorruptEntryException} for a decimal with more digits than its type has
   */
  public static ColumnVector of(Column column, LogicalType wanted) {
    return open(column, wanted, column.field().getName());
  }

  /**
   * A field of a column of structs, as a column.
   *
   * @param rows what {@link #of} made of the column of structs
   * @param index which field of the wanted type
   */
  public static ColumnVector field(ColumnVector rows, int index) {
    if (rows instanceof StructColumnVector structs) {
      return new FieldColumnVector(structs, structs.field(index));
    }
    if (rows instanceof IndirectColumnVector indirect) {
      return indirect.field(index);
    }
    // No entry has it.
    return nulls();
  }

  /** Nulls in the place of a column that the entry does not have: of every type, in every row. */
  public static ColumnVector nulls() {
    return NullsColumnVector.INSTANCE;
  }

  private static ColumnVector open(Column column, LogicalType wanted, String path) {
    if (column.dictionary() != null) {
      ColumnVector values = open(column.dictionary(), wanted, path);
      return new DictionaryColumnVector(new DictionaryIndices(column), values);
    }
    FieldVector vector = column.vector();
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
        FlinkTypes.checkLeaf(type, wanted, path);
        yield leaf(column, vector, type, wanted, path);
      }
    };
  }

  private static ColumnVector list(
      Column column, FieldVector vector, ArrowType type, LogicalType wanted, String path) {
    if (!(wanted instanceof ArrayType array)) {
      throw FlinkTypes.mismatch(path, type, "an array", wanted);
    }
    String elementPath = FlinkTypes.elementOf(path);
    Column items = column.children().get(0);
    ColumnVector elements = open(items, array.getElementType(), elementPath);
    if (!array.getElementType().isNullable() && hasNulls(elements, items.length())) {
      throw FlinkTypes.nullsNotWanted(elementPath);
    }
    return switch (type.getTypeID()) {
      case List -> new ListColumnVector(column, elements);
      case LargeList -> new LargeListColumnVector(column, elements);
      case FixedSizeList ->
          new FixedListColumnVector(column, ((FixedSizeListVector) vector).getListSize(), elements);
      case ListView -> {
        long sizes = ((ListViewVector) vector).getSizeBufferAddress();
        yield new ListViewColumnVector(column, sizes, false, elements);
      }
      default -> {
        long sizes = ((LargeListViewVector) vector).getSizeBufferAddress();
        yield new ListViewColumnVector(column, sizes, true, elements);
      }
    };
  }

  private static ColumnVector map(Column column, ArrowType type, LogicalType wanted, String path) {
    if (!(wanted instanceof MapType map)) {
      throw FlinkTypes.mismatch(path, type, "a map", wanted);
    }
    Column entries = column.children().get(0);
    List<Column> parts = entries.children();
    String valuePath = FlinkTypes.valueOf(path);
    ColumnVector keys = open(parts.get(0), map.getKeyType(), FlinkTypes.keyOf(path));
    ColumnVector values = open(parts.get(1), map.getValueType(), valuePath);
    if (hasNulls(keys, parts.get(0).length())) {
      throw new CorruptEntryException("null keys in the map '%s'".formatted(path), -1);
    }
    if (!map.getValueType().isNullable() && hasNulls(values, parts.get(1).length())) {
      throw FlinkTypes.nullsNotWanted(valuePath);
    }
    return new EntriesColumnVector(column, keys, values);
  }

  private static ColumnVector struct(
      Column column, ArrowType type, LogicalType wanted, String path) {
    if (!(wanted instanceof RowType row)) {
      throw FlinkTypes.mismatch(path, type, "a row", wanted);
    }
    ColumnVector[] fields = new ColumnVector[row.getFieldCount()];
    StructColumnVector vector = new StructColumnVector(column, fields);
    for (int i = 0; i < fields.length; i++) {
      RowType.RowField part = row.getFields().get(i);
      String partPath = path + "." + part.getName();
      Column child = named(column, part.getName());
      fields[i] = child == null ? nulls() : open(child, part.getType(), partPath);
      if (!part.getType().isNullable() && hasNullWithin(vector, fields[i], column.length())) {
        throw FlinkTypes.nullsNotWanted(partPath);
      }
    }
    return vector;
  }

  private static Column named(Column struct, String name) {
    for (Column child : struct.children()) {
      if (child.field().getName().equals(name)) {
        return child;
      }
    }
    return null;
  }

  /** Row by row, as a dictionary may hold a null that no row points at. */
  private static boolean hasNulls(ColumnVector vector, int rows) {
    for (int row = 0; row < rows; row++) {
      if (vector.isNullAt(row)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a field is null in a struct that is not: writers leave nulls under null structs. */
  private static boolean hasNullWithin(ColumnVector struct, ColumnVector field, int rows) {
    for (int row = 0; row < rows; row++) {
      if (field.isNullAt(row) && !struct.isNullAt(row)) {
        return true;
      }
    }
    return false;
  }

  private static ColumnVector leaf(
      Column column, FieldVector vector, ArrowType type, LogicalType wanted, String path) {
    return switch (type.getTypeID()) {
      case Null -> nulls();
      case Bool -> new BitColumnVector(column);
      case Int -> integer(column, (ArrowType.Int) type, wanted);
      case FloatingPoint ->
          switch (((ArrowType.FloatingPoint) type).getPrecision()) {
            case HALF -> new Float16ColumnVector(column);
            case SINGLE -> new Float32ColumnVector(column);
            case DOUBLE -> new Float64ColumnVector(column);
          };
      case Decimal ->
          wanted instanceof DecimalType decimal
              ? new WideDecimalColumnVector(decimal, column, (ArrowType.Decimal) type, path)
              : new DecimalTextColumnVector(column, (ArrowType.Decimal) type, path);
      case Utf8, Binary -> new TextColumnVector(column);
      case LargeUtf8, LargeBinary -> new LargeTextColumnVector(column, path);
      case Utf8View, BinaryView ->
          new TextViewColumnVector(column, (BaseVariableWidthViewVector) vector);
      case FixedSizeBinary ->
          new FixedBinaryColumnVector(column, ((FixedSizeBinaryVector) vector).getByteWidth());
      case Date ->
          switch (((ArrowType.Date) type).getUnit()) {
            case DAY -> new Int32ColumnVector(wanted, column);
            case MILLISECOND -> new DateMillisColumnVector(column, path);
          };
      case Time -> time(column, ((ArrowType.Time) type).getUnit(), wanted, path);
      case Timestamp ->
          new InstantColumnVector(column, ((ArrowType.Timestamp) type).getUnit(), path);
      case Duration -> duration(column, ((ArrowType.Duration) type).getUnit(), wanted, path);
      case Interval ->
          switch (((ArrowType.Interval) type).getUnit()) {
            case YEAR_MONTH -> new Int32ColumnVector(wanted, column);
            case DAY_TIME -> new DayTimeColumnVector(column);
            case MONTH_DAY_NANO -> new MonthDayNanoColumnVector(column);
          };
      default -> throw FlinkTypes.unsupported(path, type);
    };
  }

  private static ColumnVector integer(Column column, ArrowType.Int type, LogicalType wanted) {
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

  private static ColumnVector time(Column column, TimeUnit unit, LogicalType wanted, String path) {
    return switch (unit) {
      case SECOND -> new TimeOfDayColumnVector(column, MILLIS_PER_SECOND, path);
      case MILLISECOND -> new TimeOfDayColumnVector(column, 1, path);
      case MICROSECOND, NANOSECOND -> nanoseconds(column, unit, wanted, path);
    };
  }

  private static ColumnVector duration(
      Column column, TimeUnit unit, LogicalType wanted, String path) {
    if (wanted.getTypeRoot() == LogicalTypeRoot.BIGINT) {
      return nanoseconds(column, unit, wanted, path);
    }
    // An interval is milliseconds, and wanted of nothing finer.
    return unit == TimeUnit.SECOND
        ? new ScaledInt64ColumnVector(column, MILLIS_PER_SECOND, path, wanted.asSummaryString())
        : new Int64ColumnVector(wanted, column);
  }

  /** Lengths of time and times of day as numbers. */
  private static ColumnVector nanoseconds(
      Column column, TimeUnit unit, LogicalType wanted, String path) {
    long factor =
        switch (unit) {
          case SECOND -> NANOS_PER_SECOND;
          case MILLISECOND -> NANOS_PER_MILLI;
          case MICROSECOND -> NANOS_PER_MICRO;
          case NANOSECOND -> 1;
        };
    return factor == 1
        ? new Int64ColumnVector(wanted, column)
        : new ScaledInt64ColumnVector(column, factor, path, wanted.asSummaryString());
  }
}

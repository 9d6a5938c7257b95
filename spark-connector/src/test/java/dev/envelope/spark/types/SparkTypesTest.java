package dev.envelope.spark.types;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.envelope.UnsupportedEntryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** The table of types, and what widens into what. */
class SparkTypesTest {
  private static final ArrowType INT8 = integer(8, true);
  private static final ArrowType INT32 = integer(32, true);
  private static final ArrowType INT64 = integer(64, true);

  private static ArrowType integer(int bits, boolean signed) {
    return new ArrowType.Int(bits, signed);
  }

  private static Field field(ArrowType type, Field... children) {
    return new Field("c", FieldType.nullable(type), List.of(children));
  }

  private static String name(ArrowType type) {
    return SparkTypes.of(field(type), false).catalogString();
  }

  @Test
  void theTable() {
    assertEquals("tinyint", name(INT8));
    assertEquals("smallint", name(integer(16, true)));
    assertEquals("int", name(INT32));
    assertEquals("bigint", name(INT64));
    assertEquals("smallint", name(integer(8, false)));
    assertEquals("int", name(integer(16, false)));
    assertEquals("bigint", name(integer(32, false)));
    assertEquals("decimal(20,0)", name(integer(64, false)));
    assertEquals("float", name(new ArrowType.FloatingPoint(FloatingPointPrecision.HALF)));
    assertEquals("float", name(new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE)));
    assertEquals("double", name(new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)));
    assertEquals("boolean", name(ArrowType.Bool.INSTANCE));
    assertEquals("void", name(ArrowType.Null.INSTANCE));
    for (ArrowType text :
        List.of(
            ArrowType.Utf8.INSTANCE, ArrowType.LargeUtf8.INSTANCE, ArrowType.Utf8View.INSTANCE)) {
      assertEquals("string", name(text));
    }
    for (ArrowType bytes :
        List.of(
            ArrowType.Binary.INSTANCE,
            ArrowType.LargeBinary.INSTANCE,
            ArrowType.BinaryView.INSTANCE,
            new ArrowType.FixedSizeBinary(16))) {
      assertEquals("binary", name(bytes));
    }
    for (DateUnit unit : DateUnit.values()) {
      assertEquals("date", name(new ArrowType.Date(unit)));
    }
    for (TimeUnit unit : TimeUnit.values()) {
      int bits = unit == TimeUnit.SECOND || unit == TimeUnit.MILLISECOND ? 32 : 64;
      assertEquals("bigint", name(new ArrowType.Time(unit, bits)));
      assertEquals("timestamp", name(new ArrowType.Timestamp(unit, "UTC")));
      assertEquals("timestamp_ntz", name(new ArrowType.Timestamp(unit, null)));
      assertEquals("interval day to second", name(new ArrowType.Duration(unit)));
    }
    assertEquals("interval year to month", name(new ArrowType.Interval(IntervalUnit.YEAR_MONTH)));
    assertEquals("interval day to second", name(new ArrowType.Interval(IntervalUnit.DAY_TIME)));
    assertEquals("interval", name(new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO)));
  }

  @Test
  void decimals() {
    assertEquals("decimal(38,10)", name(new ArrowType.Decimal(38, 10, 128)));
    assertEquals("decimal(38,10)", name(new ArrowType.Decimal(38, 10, 256)));
    assertEquals("string", name(new ArrowType.Decimal(39, 10, 256)));
    assertEquals("decimal(8,0)", name(new ArrowType.Decimal(5, -3, 128)));
    assertEquals("string", name(new ArrowType.Decimal(38, -1, 128)));
    assertEquals("decimal(6,6)", name(new ArrowType.Decimal(3, 6, 128)));
    assertEquals("string", name(new ArrowType.Decimal(3, 39, 128)));
  }

  @Test
  void nanosecondsStayWholeOnRequest() {
    var nanos = field(new ArrowType.Timestamp(TimeUnit.NANOSECOND, "UTC"));
    var micros = field(new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC"));
    assertEquals(DataTypes.LongType, SparkTypes.of(nanos, true));
    assertEquals(DataTypes.TimestampType, SparkTypes.of(micros, true));
  }

  @Test
  void nestedTypes() {
    Field item = new Field("item", FieldType.notNullable(INT32), List.of());
    for (ArrowType list :
        List.of(
            ArrowType.List.INSTANCE,
            ArrowType.LargeList.INSTANCE,
            new ArrowType.FixedSizeList(2),
            ArrowType.ListView.INSTANCE,
            ArrowType.LargeListView.INSTANCE)) {
      assertEquals(
          DataTypes.createArrayType(DataTypes.IntegerType, true),
          SparkTypes.of(field(list, item), false));
    }
    Field entries =
        new Field(
            "entries",
            FieldType.notNullable(ArrowType.Struct.INSTANCE),
            List.of(Field.notNullable("k", ArrowType.Utf8.INSTANCE), Field.nullable("v", INT64)));
    assertEquals(
        "map<string,bigint>",
        SparkTypes.of(field(new ArrowType.Map(false), entries), false).catalogString());
    assertEquals(
        "struct<item:int>",
        SparkTypes.of(field(ArrowType.Struct.INSTANCE, item), false).catalogString());
    Field encoded =
        new Field(
            "c",
            new FieldType(
                true,
                ArrowType.Utf8.INSTANCE,
                new DictionaryEncoding(1, false, new ArrowType.Int(8, true))),
            List.of());
    assertEquals(DataTypes.StringType, SparkTypes.of(encoded, false));
  }

  @Test
  void whatSparkHasNothingForIsRefusedByName() {
    Field union =
        new Field(
            "u", FieldType.nullable(new ArrowType.Union(UnionMode.Dense, new int[0])), List.of());
    Field list = new Field("l", FieldType.nullable(ArrowType.List.INSTANCE), List.of(union));
    var error =
        assertThrows(
            UnsupportedEntryException.class,
            () -> SparkTypes.of(field(ArrowType.Struct.INSTANCE, list), false));
    assertEquals(
        "column 'c.l.element' has the Arrow type Union(Dense, []), which Spark cannot represent; select the other columns, or write this one as another type",
        error.getMessage());
    for (ArrowType type :
        List.of(
            ArrowType.RunEndEncoded.INSTANCE,
            new ArrowType.Decimal(5, 2, 64),
            new ArrowType.Decimal(5, 1_000_000_000, 128),
            new ArrowType.Decimal(5, Integer.MIN_VALUE, 128),
            new ArrowType.Decimal(0, 0, 128),
            new ArrowType.Decimal(1_000_000, 0, 256))) {
      assertThrows(UnsupportedEntryException.class, () -> SparkTypes.of(field(type), false));
    }
  }

  @Test
  void numbersWidenWithoutLossOnly() {
    Map<String, DataType> all =
        Map.ofEntries(
            Map.entry("tinyint", DataTypes.ByteType),
            Map.entry("smallint", DataTypes.ShortType),
            Map.entry("int", DataTypes.IntegerType),
            Map.entry("bigint", DataTypes.LongType),
            Map.entry("float", DataTypes.FloatType),
            Map.entry("double", DataTypes.DoubleType),
            Map.entry("decimal(10,0)", DataTypes.createDecimalType(10, 0)),
            Map.entry("decimal(9,0)", DataTypes.createDecimalType(9, 0)),
            Map.entry("decimal(38,18)", DataTypes.createDecimalType(38, 18)),
            Map.entry("decimal(38,20)", DataTypes.createDecimalType(38, 20)),
            Map.entry("string", DataTypes.StringType),
            Map.entry("date", DataTypes.DateType));
    Map<ArrowType, List<String>> readable =
        Map.of(
            INT8,
            List.of(
                "bigint,decimal(10,0),decimal(38,18),decimal(38,20),decimal(9,0),double,float,int,smallint,tinyint"),
            integer(8, false),
            List.of(
                "bigint,decimal(10,0),decimal(38,18),decimal(38,20),decimal(9,0),double,float,int,smallint"),
            INT32,
            List.of("bigint,decimal(10,0),decimal(38,18),decimal(38,20),double,int"),
            integer(32, false),
            List.of("bigint,decimal(10,0),decimal(38,18),decimal(38,20),double"),
            INT64,
            List.of("bigint,decimal(38,18)"),
            integer(64, false),
            List.of("decimal(38,18)"),
            new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE),
            List.of("double,float"),
            new ArrowType.Decimal(9, 0, 128),
            List.of("decimal(10,0),decimal(38,18),decimal(38,20),decimal(9,0),string"),
            new ArrowType.Time(TimeUnit.MICROSECOND, 64),
            List.of("bigint"),
            new ArrowType.Date(DateUnit.DAY),
            List.of("date"));
    readable.forEach(
        (type, expected) -> {
          List<String> found = new ArrayList<>();
          all.forEach(
              (name, wanted) -> {
                if (reads(field(type), wanted)) {
                  found.add(name);
                }
              });
          found.sort(null);
          assertEquals(expected, List.of(String.join(",", found)), type.toString());
        });
  }

  private static boolean reads(Field field, DataType wanted) {
    try {
      SparkTypes.check(field, wanted, false);
      return true;
    } catch (UnsupportedEntryException refused) {
      return false;
    }
  }

  @Test
  void nullsAreReadAsAnything() {
    for (DataType type :
        List.of(
            DataTypes.NullType,
            DataTypes.DateType,
            DataTypes.createArrayType(DataTypes.LongType))) {
      assertDoesNotThrow(() -> SparkTypes.check(field(ArrowType.Null.INSTANCE), type, false));
    }
  }

  @Test
  void structsAreMatchedByName() {
    Field struct =
        field(
            ArrowType.Struct.INSTANCE,
            Field.nullable("a", INT32),
            Field.nullable("b", ArrowType.Utf8.INSTANCE));
    assertDoesNotThrow(
        () ->
            SparkTypes.check(
                struct,
                new StructType().add("b", DataTypes.StringType).add("new", DataTypes.DateType),
                false));
    var error =
        assertThrows(
            UnsupportedEntryException.class,
            () -> SparkTypes.check(struct, new StructType().add("a", DataTypes.ByteType), false));
    assertEquals(
        "column 'c.a' is int (Arrow Int(32, true)) and cannot be read as tinyint without loss; read it as int and cast it in the query",
        error.getMessage());
    assertThrows(
        UnsupportedEntryException.class,
        () ->
            SparkTypes.check(
                struct, new StructType().add("new", DataTypes.DateType, false), false));
    assertThrows(
        UnsupportedEntryException.class,
        () -> SparkTypes.check(struct, DataTypes.StringType, false));
  }
}

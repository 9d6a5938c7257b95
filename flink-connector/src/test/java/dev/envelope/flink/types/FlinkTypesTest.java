package dev.envelope.flink.types;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.utils.LogicalTypeParser;
import org.junit.jupiter.api.Test;

/** The table of types, and what widens into what. */
class FlinkTypesTest {
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
    return FlinkTypes.of(field(type)).asSummaryString();
  }

  private static LogicalType type(String sql) {
    return LogicalTypeParser.parse(sql, FlinkTypesTest.class.getClassLoader());
  }

  private static boolean reads(Field field, String wanted) {
    try {
      FlinkTypes.check(field, type(wanted));
      return true;
    } catch (UnsupportedEntryException refused) {
      assertTrue(refused.getMessage().contains("'c"), refused.getMessage());
      return false;
    }
  }

  @Test
  void theTable() {
    assertEquals("TINYINT", name(INT8));
    assertEquals("SMALLINT", name(integer(16, true)));
    assertEquals("INT", name(INT32));
    assertEquals("BIGINT", name(INT64));
    assertEquals("SMALLINT", name(integer(8, false)));
    assertEquals("INT", name(integer(16, false)));
    assertEquals("BIGINT", name(integer(32, false)));
    assertEquals("DECIMAL(20, 0)", name(integer(64, false)));
    assertEquals("FLOAT", name(new ArrowType.FloatingPoint(FloatingPointPrecision.HALF)));
    assertEquals("FLOAT", name(new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE)));
    assertEquals("DOUBLE", name(new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)));
    assertEquals("BOOLEAN", name(ArrowType.Bool.INSTANCE));
    for (ArrowType text :
        List.of(
            ArrowType.Null.INSTANCE,
            ArrowType.Utf8.INSTANCE,
            ArrowType.LargeUtf8.INSTANCE,
            ArrowType.Utf8View.INSTANCE)) {
      assertEquals("STRING", name(text));
    }
    for (ArrowType bytes :
        List.of(
            ArrowType.Binary.INSTANCE,
            ArrowType.LargeBinary.INSTANCE,
            ArrowType.BinaryView.INSTANCE,
            new ArrowType.FixedSizeBinary(16))) {
      assertEquals("BYTES", name(bytes));
    }
    for (DateUnit unit : DateUnit.values()) {
      assertEquals("DATE", name(new ArrowType.Date(unit)));
    }
    assertEquals(
        "INTERVAL YEAR(4) TO MONTH", name(new ArrowType.Interval(IntervalUnit.YEAR_MONTH)));
    assertEquals(
        "INTERVAL DAY(6) TO SECOND(3)", name(new ArrowType.Interval(IntervalUnit.DAY_TIME)));
    assertEquals(
        "ROW<`months` INT, `days` INT, `nanoseconds` BIGINT>",
        name(new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO)));
  }

  @Test
  void timesByTheirUnit() {
    Map<TimeUnit, List<String>> expected =
        Map.of(
            TimeUnit.SECOND, List.of("0", "TIME(0)", "INTERVAL DAY(6) TO SECOND(3)"),
            TimeUnit.MILLISECOND, List.of("3", "BIGINT", "INTERVAL DAY(6) TO SECOND(3)"),
            TimeUnit.MICROSECOND, List.of("6", "BIGINT", "BIGINT"),
            TimeUnit.NANOSECOND, List.of("9", "BIGINT", "BIGINT"));
    expected.forEach(
        (unit, names) -> {
          int bits = unit == TimeUnit.SECOND || unit == TimeUnit.MILLISECOND ? 32 : 64;
          String digits = names.get(0);
          assertEquals(
              "TIMESTAMP_LTZ(" + digits + ")", name(new ArrowType.Timestamp(unit, "Asia/Tokyo")));
          assertEquals("TIMESTAMP(" + digits + ")", name(new ArrowType.Timestamp(unit, null)));
          assertEquals("TIMESTAMP(" + digits + ")", name(new ArrowType.Timestamp(unit, "")));
          assertEquals(names.get(1), name(new ArrowType.Time(unit, bits)));
          assertEquals(names.get(2), name(new ArrowType.Duration(unit)));
        });
  }

  @Test
  void decimals() {
    assertEquals("DECIMAL(38, 10)", name(new ArrowType.Decimal(38, 10, 128)));
    assertEquals("DECIMAL(38, 10)", name(new ArrowType.Decimal(38, 10, 256)));
    assertEquals("STRING", name(new ArrowType.Decimal(39, 10, 256)));
    assertEquals("DECIMAL(8, 0)", name(new ArrowType.Decimal(5, -3, 128)));
    assertEquals("STRING", name(new ArrowType.Decimal(38, -1, 128)));
    assertEquals("DECIMAL(6, 6)", name(new ArrowType.Decimal(3, 6, 128)));
    assertEquals("STRING", name(new ArrowType.Decimal(3, 39, 128)));
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
      assertEquals(type("ARRAY<INT>"), FlinkTypes.of(field(list, item)));
    }
    Field entries =
        new Field(
            "entries",
            FieldType.notNullable(ArrowType.Struct.INSTANCE),
            List.of(Field.notNullable("k", ArrowType.Utf8.INSTANCE), Field.nullable("v", INT64)));
    assertEquals(
        type("MAP<STRING, BIGINT>"), FlinkTypes.of(field(new ArrowType.Map(false), entries)));
    assertEquals(type("ROW<item INT>"), FlinkTypes.of(field(ArrowType.Struct.INSTANCE, item)));
    Field encoded =
        new Field(
            "c",
            new FieldType(
                false,
                ArrowType.Utf8.INSTANCE,
                new DictionaryEncoding(1, false, new ArrowType.Int(8, true))),
            List.of());
    assertEquals(type("STRING NOT NULL"), FlinkTypes.of(encoded));
    assertFalse(FlinkTypes.of(item).isNullable());
  }

  @Test
  void rowsHaveEveryNameOnceAndNoneIsBlank() {
    Field a = Field.nullable("a", INT32);
    Field same = Field.nullable("a", ArrowType.Utf8.INSTANCE);
    assertEquals(type("ROW<a INT>"), FlinkTypes.of(field(ArrowType.Struct.INSTANCE, a, same)));
    Field blank = field(ArrowType.Struct.INSTANCE, a, Field.nullable(" ", INT32));
    var error = assertThrows(UnsupportedEntryException.class, () -> FlinkTypes.of(blank));
    assertEquals(
        "column 'c' is a struct with a field without a name, which Flink cannot represent; declare its type without that field",
        error.getMessage());
    assertTrue(reads(blank, "ROW<a INT>"));
  }

  @Test
  void whatFlinkHasNothingForIsRefusedByName() {
    Field union =
        new Field(
            "u", FieldType.nullable(new ArrowType.Union(UnionMode.Dense, new int[0])), List.of());
    Field list = new Field("l", FieldType.nullable(ArrowType.List.INSTANCE), List.of(union));
    var error =
        assertThrows(
            UnsupportedEntryException.class,
            () -> FlinkTypes.of(field(ArrowType.Struct.INSTANCE, list)));
    assertEquals(
        "column 'c.l.element' has the Arrow type Union(Dense, []), which Flink cannot represent; select the other columns, or write this one as another type",
        error.getMessage());
    for (ArrowType type :
        List.of(
            ArrowType.RunEndEncoded.INSTANCE,
            new ArrowType.Decimal(5, 2, 64),
            new ArrowType.Decimal(5, 1_000_000_000, 128),
            new ArrowType.Decimal(5, Integer.MIN_VALUE, 128),
            new ArrowType.Decimal(0, 0, 128),
            new ArrowType.Decimal(1_000_000, 0, 256))) {
      assertThrows(UnsupportedEntryException.class, () -> FlinkTypes.of(field(type)));
      assertFalse(reads(field(type), "STRING"));
    }
  }

  @Test
  void valuesWidenWithoutLossOnly() {
    List<String> all =
        List.of(
            "TINYINT",
            "SMALLINT",
            "INT",
            "BIGINT",
            "FLOAT",
            "DOUBLE",
            "DECIMAL(9, 0)",
            "DECIMAL(10, 0)",
            "DECIMAL(38, 18)",
            "DECIMAL(38, 20)",
            "STRING",
            "VARCHAR(9)",
            "CHAR(9)",
            "BYTES",
            "VARBINARY(9)",
            "DATE",
            "TIME(0)",
            "TIME(3)",
            "TIMESTAMP(3)",
            "TIMESTAMP(6)",
            "TIMESTAMP(9)",
            "TIMESTAMP_LTZ(3)",
            "TIMESTAMP_LTZ(9)",
            "INTERVAL SECOND(3)",
            "INTERVAL YEAR TO MONTH",
            "ROW<a INT, b INT, c BIGINT>",
            "ROW<a INT, b BIGINT, c INT>",
            "ARRAY<INT>");
    String decimals = "DECIMAL(10, 0), DECIMAL(38, 18), DECIMAL(38, 20)";
    Map<ArrowType, String> readable =
        Map.ofEntries(
            Map.entry(
                INT8, "TINYINT, SMALLINT, INT, BIGINT, FLOAT, DOUBLE, DECIMAL(9, 0), " + decimals),
            Map.entry(
                integer(8, false),
                "SMALLINT, INT, BIGINT, FLOAT, DOUBLE, DECIMAL(9, 0), " + decimals),
            Map.entry(INT32, "INT, BIGINT, DOUBLE, " + decimals),
            Map.entry(integer(32, false), "BIGINT, DOUBLE, " + decimals),
            Map.entry(INT64, "BIGINT, DECIMAL(38, 18)"),
            Map.entry(integer(64, false), "DECIMAL(38, 18)"),
            Map.entry(new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE), "FLOAT, DOUBLE"),
            Map.entry(new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE), "DOUBLE"),
            Map.entry(new ArrowType.Decimal(9, 0, 128), "DECIMAL(9, 0), " + decimals + ", STRING"),
            Map.entry(ArrowType.Utf8.INSTANCE, "STRING"),
            Map.entry(new ArrowType.FixedSizeBinary(9), "BYTES"),
            Map.entry(new ArrowType.Date(DateUnit.MILLISECOND), "DATE"),
            Map.entry(new ArrowType.Time(TimeUnit.SECOND, 32), "BIGINT, TIME(0), TIME(3)"),
            Map.entry(new ArrowType.Time(TimeUnit.MILLISECOND, 32), "BIGINT, TIME(3)"),
            Map.entry(new ArrowType.Time(TimeUnit.MICROSECOND, 64), "BIGINT"),
            Map.entry(
                new ArrowType.Timestamp(TimeUnit.MILLISECOND, null),
                "TIMESTAMP(3), TIMESTAMP(6), TIMESTAMP(9)"),
            Map.entry(new ArrowType.Timestamp(TimeUnit.NANOSECOND, null), "TIMESTAMP(9)"),
            Map.entry(
                new ArrowType.Timestamp(TimeUnit.SECOND, "UTC"),
                "TIMESTAMP_LTZ(3), TIMESTAMP_LTZ(9)"),
            Map.entry(new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC"), "TIMESTAMP_LTZ(9)"),
            Map.entry(new ArrowType.Duration(TimeUnit.MILLISECOND), "BIGINT, INTERVAL SECOND(3)"),
            Map.entry(new ArrowType.Duration(TimeUnit.MICROSECOND), "BIGINT"),
            Map.entry(new ArrowType.Interval(IntervalUnit.YEAR_MONTH), "INTERVAL YEAR TO MONTH"),
            Map.entry(new ArrowType.Interval(IntervalUnit.DAY_TIME), "INTERVAL SECOND(3)"),
            Map.entry(
                new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO), "ROW<a INT, b INT, c BIGINT>"),
            Map.entry(ArrowType.Null.INSTANCE, String.join(", ", all)));
    readable.forEach(
        (type, expected) -> {
          List<String> found = new ArrayList<>();
          for (String wanted : all) {
            if (reads(field(type), wanted)) {
              found.add(wanted);
            }
          }
          assertEquals(expected, String.join(", ", found), type.toString());
        });
  }

  @Test
  void rowsAreMatchedByName() {
    Field struct =
        field(
            ArrowType.Struct.INSTANCE,
            Field.nullable("a", INT32),
            Field.nullable("b", ArrowType.Utf8.INSTANCE));
    assertTrue(reads(struct, "ROW<b STRING, new DATE>"));
    assertTrue(reads(struct, "ROW<a BIGINT NOT NULL>"));
    var error =
        assertThrows(
            UnsupportedEntryException.class,
            () -> FlinkTypes.check(struct, type("ROW<a TINYINT>")));
    assertEquals(
        "column 'c.a' is INT (Arrow Int(32, true)) and cannot be read as TINYINT without loss; read it as INT and cast it in the query",
        error.getMessage());
    assertFalse(reads(struct, "ROW<new DATE NOT NULL>"));
    assertFalse(reads(struct, "STRING"));
  }

  @Test
  void whatIsDecodedIntoATypeIsReadAsIt() {
    for (String sql :
        List.of(
            "BOOLEAN",
            "TINYINT",
            "SMALLINT",
            "INT NOT NULL",
            "BIGINT",
            "FLOAT",
            "DOUBLE",
            "DECIMAL(38, 10)",
            "STRING",
            "BYTES",
            "DATE",
            "TIMESTAMP(6)",
            "TIMESTAMP(9)",
            "TIMESTAMP_LTZ(6)",
            "TIMESTAMP_LTZ(9)",
            "ARRAY<INT>",
            "MAP<STRING, ARRAY<DOUBLE>>",
            "ROW<a INT, b ROW<c STRING>>")) {
      Field field = ArrowFields.of("c", type(sql));
      assertEquals("c", field.getName());
      assertEquals(type(sql).isNullable(), field.isNullable());
      assertDoesNotThrow(() -> FlinkTypes.check(field, type(sql)), sql);
    }
    for (String sql :
        List.of(
            "VARCHAR(9)",
            "CHAR(3)",
            "VARBINARY(3)",
            "TIME(0)",
            "TIMESTAMP(3)",
            "INTERVAL SECOND(3)",
            "ROW<a ROW<b TIMESTAMP(0)>>")) {
      var error =
          assertThrows(UnsupportedEntryException.class, () -> ArrowFields.of("c", type(sql)), sql);
      assertTrue(error.getMessage().startsWith("column 'c"), error.getMessage());
    }
  }
}

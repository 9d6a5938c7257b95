package dev.envelope.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.UnsupportedEntryException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Several entries make one table, or the error says which two do not go together and why. */
final class TableSchemaTest {
  private static final Map<String, ArrowType> TYPES =
      Map.ofEntries(
          Map.entry("null", ArrowType.Null.INSTANCE),
          Map.entry("bool", ArrowType.Bool.INSTANCE),
          Map.entry("i8", new ArrowType.Int(8, true)),
          Map.entry("i16", new ArrowType.Int(16, true)),
          Map.entry("i32", new ArrowType.Int(32, true)),
          Map.entry("i64", new ArrowType.Int(64, true)),
          Map.entry("u8", new ArrowType.Int(8, false)),
          Map.entry("u16", new ArrowType.Int(16, false)),
          Map.entry("u32", new ArrowType.Int(32, false)),
          Map.entry("u64", new ArrowType.Int(64, false)),
          Map.entry("f16", new ArrowType.FloatingPoint(FloatingPointPrecision.HALF)),
          Map.entry("f32", new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE)),
          Map.entry("f64", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
          Map.entry("dec(9,2)", new ArrowType.Decimal(9, 2, 128)),
          Map.entry("dec32(9,2)", new ArrowType.Decimal(9, 2, 32)),
          Map.entry("dec(10,5)", new ArrowType.Decimal(10, 5, 128)),
          Map.entry("dec(12,5)", new ArrowType.Decimal(12, 5, 128)),
          Map.entry("dec(38,0)", new ArrowType.Decimal(38, 0, 128)),
          Map.entry("dec(40,2)", new ArrowType.Decimal(40, 2, 256)),
          Map.entry("dec(76,0)", new ArrowType.Decimal(76, 0, 256)),
          Map.entry("day", new ArrowType.Date(DateUnit.DAY)),
          Map.entry("date64", new ArrowType.Date(DateUnit.MILLISECOND)),
          Map.entry("time_s", new ArrowType.Time(TimeUnit.SECOND, 32)),
          Map.entry("time_ms", new ArrowType.Time(TimeUnit.MILLISECOND, 32)),
          Map.entry("time_us", new ArrowType.Time(TimeUnit.MICROSECOND, 64)),
          Map.entry("ts_s", new ArrowType.Timestamp(TimeUnit.SECOND, null)),
          Map.entry("ts_us", new ArrowType.Timestamp(TimeUnit.MICROSECOND, null)),
          Map.entry("ts_us_utc", new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC")),
          Map.entry("ts_us_berlin", new ArrowType.Timestamp(TimeUnit.MICROSECOND, "Europe/Berlin")),
          Map.entry("ts_ns_utc", new ArrowType.Timestamp(TimeUnit.NANOSECOND, "UTC")),
          Map.entry("dur_s", new ArrowType.Duration(TimeUnit.SECOND)),
          Map.entry("dur_ns", new ArrowType.Duration(TimeUnit.NANOSECOND)),
          Map.entry("utf8", ArrowType.Utf8.INSTANCE),
          Map.entry("large_utf8", ArrowType.LargeUtf8.INSTANCE),
          Map.entry("utf8_view", ArrowType.Utf8View.INSTANCE),
          Map.entry("binary", ArrowType.Binary.INSTANCE),
          Map.entry("large_binary", ArrowType.LargeBinary.INSTANCE),
          Map.entry("binary_view", ArrowType.BinaryView.INSTANCE),
          Map.entry("fixed16", new ArrowType.FixedSizeBinary(16)));

  private static final ArrowType LIST = ArrowType.List.INSTANCE;
  private static final ArrowType LARGE_LIST = ArrowType.LargeList.INSTANCE;
  private static final ArrowType STRUCT = ArrowType.Struct.INSTANCE;

  private static ArrowType type(String name) {
    return Optional.ofNullable(TYPES.get(name)).orElseThrow(() -> new AssertionError(name));
  }

  private static Field field(String name, ArrowType type, boolean nullable, Field... children) {
    return new Field(name, new FieldType(nullable, type, null), Arrays.asList(children));
  }

  private static Field nullable(String name, ArrowType type, Field... children) {
    return field(name, type, true, children);
  }

  private static Field a(String type) {
    return field("a", type(type), false);
  }

  private static List<TableColumn> table(boolean merge, List<Field> first, List<Field> second) {
    TableSchema schema = new TableSchema(merge);
    schema.add("one", first, 1, false);
    schema.add("two", second, 1, false);
    return schema.columns();
  }

  private static Optional<Field> merged(boolean merge, Field first, Field second) {
    try {
      return Optional.of(table(merge, List.of(first), List.of(second)).get(0).field());
    } catch (UnsupportedEntryException e) {
      String message = e.getMessage();
      assertTrue(message.contains("'a'"), message);
      assertTrue(message.contains("'one'") && message.contains("'two'"), message);
      return Optional.empty();
    }
  }

  /** First type, second type, the type of both; "-" where there is none. */
  static Stream<String[]> pairs() {
    return Stream.of(
            "bool bool bool",
            "i8 i8 i8",
            "i8 i16 i16",
            "i32 i64 i64",
            "u8 u32 u32",
            "i8 u8 i16",
            "i16 u8 i16",
            "i32 u16 i32",
            "i8 u32 i64",
            "i64 u32 i64",
            "i64 u64 -",
            "i8 u64 -",
            "f16 f32 f32",
            "f32 f64 f64",
            "i8 f32 f64",
            "i32 f16 f64",
            "u32 f64 f64",
            "i64 f64 -",
            "u64 f32 -",
            "bool i8 -",
            "i32 dec(9,2) -",
            "f64 dec(9,2) -",
            "dec(9,2) dec(10,5) dec(12,5)",
            "dec32(9,2) dec(9,2) dec(9,2)",
            "dec(38,0) dec(9,2) dec(40,2)",
            "dec(76,0) dec(9,2) -",
            "day date64 day",
            "day ts_us -",
            "time_s time_ms time_ms",
            "time_ms time_us time_us",
            "ts_s ts_us ts_us",
            "ts_us ts_us_utc -",
            "ts_us_utc ts_ns_utc ts_ns_utc",
            "dur_s dur_ns dur_ns",
            "dur_s i64 -",
            "utf8 large_utf8 utf8",
            "large_utf8 utf8_view utf8",
            "utf8_view utf8_view utf8_view",
            "utf8 binary -",
            "binary large_binary binary",
            "binary_view fixed16 binary",
            "utf8 i64 -",
            "null null null",
            "null utf8 utf8",
            "null dec(9,2) dec(9,2)",
            "null null null")
        .map(line -> line.split(" "));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void mergingFindsTheTypeOfBothInEitherOrder(String first, String second, String both) {
    for (Field[] order : new Field[][] {{a(first), a(second)}, {a(second), a(first)}}) {
      Optional<ArrowType> found = merged(true, order[0], order[1]).map(Field::getType);
      assertEquals(both.equals("-") ? Optional.empty() : Optional.of(type(both)), found);
    }
  }

  /** Pairs that differ in their layout only. */
  private static final List<List<String>> LAYOUTS =
      List.of(
          List.of("utf8", "large_utf8", "utf8_view"),
          List.of("binary", "large_binary", "binary_view", "fixed16"),
          List.of("day", "date64"));

  @ParameterizedTest
  @MethodSource("pairs")
  void withoutMergingTheFirstEntrysTypesMustHoldTheSecondsValues(
      String first, String second, String both) {
    for (String[] order : new String[][] {{first, second}, {second, first}}) {
      boolean layouts =
          LAYOUTS.stream().anyMatch(l -> l.contains(order[0]) && l.contains(order[1]));
      Optional<Field> found = merged(false, a(order[0]), a(order[1]));
      assertEquals(
          layouts || both.equals(order[0]), found.isPresent(), order[0] + " then " + order[1]);
      if (!layouts) {
        found.ifPresent(field -> assertEquals(type(order[0]), field.getType()));
      }
    }
  }

  @Test
  void conflictsSayWhetherMergingHelps() {
    UnsupportedEntryException wider =
        assertThrows(
            UnsupportedEntryException.class,
            () -> table(false, List.of(a("i32")), List.of(a("i64"))));
    assertTrue(wider.getMessage().contains("merge-schema = true"), wider.getMessage());
    for (boolean merge : new boolean[] {true, false}) {
      UnsupportedEntryException none =
          assertThrows(
              UnsupportedEntryException.class,
              () -> table(merge, List.of(a("utf8")), List.of(a("i64"))));
      assertTrue(none.getMessage().contains("no type holds both"), none.getMessage());
    }
  }

  @Test
  void zonesDoNotMatterAsBothAreInstants() {
    assertEquals(
        Optional.of(type("ts_us_utc")),
        merged(false, a("ts_us_utc"), a("ts_us_berlin")).map(Field::getType));
  }

  @Test
  void aColumnIsNullableWhereAnyEntryHasNulls() {
    for (boolean merge : new boolean[] {true, false}) {
      for (boolean first : new boolean[] {true, false}) {
        for (boolean second : new boolean[] {true, false}) {
          for (String other : new String[] {"utf8", "large_utf8"}) {
            Field both =
                merged(merge, field("a", type("utf8"), first), field("a", type(other), second))
                    .orElseThrow();
            assertEquals(first || second, both.isNullable());
          }
        }
      }
    }
  }

  @Test
  void columnsThatAnEntryLacksBecomeNullable() {
    Field a = a("i64");
    Field b = field("b", type("i64"), false);
    for (boolean merge : new boolean[] {true, false}) {
      List<TableColumn> columns = table(merge, List.of(a, b), List.of(a));
      assertEquals(List.of(a, nullable("b", type("i64"))), fields(columns));
      assertEquals(List.of("one", "one"), columns.stream().map(TableColumn::origin).toList());
    }
  }

  private static List<Field> fields(List<TableColumn> columns) {
    return columns.stream().map(TableColumn::field).toList();
  }

  @Test
  void furtherColumnsAreReadOnlyWhenMergingInOrderOfAppearance() {
    Field a = a("i64");
    Field b = field("b", type("i64"), false);
    Field c = field("c", type("i64"), false);
    assertEquals(List.of(a), fields(table(false, List.of(a), List.of(c, b, a))));
    List<TableColumn> columns = table(true, List.of(a), List.of(c, b, a));
    assertEquals(
        List.of(a, nullable("c", type("i64")), nullable("b", type("i64"))), fields(columns));
    assertEquals(List.of("one", "two", "two"), columns.stream().map(TableColumn::origin).toList());
  }

  @Test
  void entriesWithoutRowsNeverConflictWhereverTheyStand() {
    for (boolean merge : new boolean[] {true, false}) {
      for (int empty = 0; empty < 3; empty++) {
        TableSchema schema = new TableSchema(merge);
        for (int i = 0; i < 3; i++) {
          schema.add(
              "e" + i, List.of(i == empty ? a("f64") : a("utf8")), i == empty ? 0 : 5, false);
        }
        assertEquals(List.of(a("utf8")), fields(schema.columns()), merge + " " + empty);
      }
    }
  }

  @Test
  void twoEntriesWithoutRowsDoNotConflictEither() {
    for (boolean merge : new boolean[] {true, false}) {
      TableSchema schema = new TableSchema(merge);
      schema.add("one", List.of(a("f64")), 0, false);
      schema.add("two", List.of(a("utf8")), 0, false);
      assertEquals(List.of(a("f64")), fields(schema.columns()));
      schema.add("three", List.of(a("i8")), 1, false);
      assertEquals(List.of(a("i8")), fields(schema.columns()));
    }
  }

  @Test
  void aColumnThatOnlyAnEmptyEntryHasIsMergedAndDecidesNothing() {
    Field b = field("b", type("f64"), false);
    TableSchema schema = new TableSchema(true);
    schema.add("rows", List.of(a("i64")), 1, false);
    schema.add("empty", List.of(a("utf8"), b), 0, false);
    assertEquals(List.of(a("i64"), nullable("b", type("f64"))), fields(schema.columns()));
    schema.add("late", List.of(a("i64"), field("b", type("utf8"), false)), 1, false);
    assertEquals(List.of(a("i64"), nullable("b", type("utf8"))), fields(schema.columns()));
    assertEquals("late", schema.columns().get(1).origin());
    assertThrows(
        UnsupportedEntryException.class,
        () -> schema.add("last", List.of(field("b", type("f64"), false)), 1, false));
  }

  @Test
  void anEntryWithoutColumnsMakesAllNullable() {
    assertEquals(
        List.of(nullable("a", type("i64"))), fields(table(false, List.of(a("i64")), List.of())));
    assertEquals(List.of(), fields(table(false, List.of(), List.of(a("i64")))));
    assertEquals(
        List.of(nullable("a", type("i64"))), fields(table(true, List.of(), List.of(a("i64")))));
  }

  @Test
  void aRefusedEntryLeavesTheTableAsItWas() {
    Field b = field("b", type("utf8"), false);
    for (boolean merge : new boolean[] {true, false}) {
      TableSchema schema = new TableSchema(merge);
      schema.add("one", List.of(a("i32"), b), 1, false);
      List<TableColumn> before = new ArrayList<>(schema.columns());
      assertThrows(
          UnsupportedEntryException.class,
          () ->
              schema.add(
                  "two",
                  List.of(
                      field("new", type("i8"), false),
                      nullable("a", type(merge ? "i64" : "i32")),
                      field("b", type("i64"), false)),
                  1,
                  false));
      assertEquals(before, schema.columns());
    }
  }

  @Test
  void decodedNumbersMeetInFloat64AndOnlyMergedOnesInText() {
    for (boolean merge : new boolean[] {true, false}) {
      TableSchema numbers = new TableSchema(merge);
      numbers.add("one", List.of(a("f64")), 1, true);
      numbers.add("two", List.of(a("i64")), 1, true);
      assertEquals(List.of(a("f64")), fields(numbers.columns()));
    }
    TableSchema text = new TableSchema(true);
    text.add("one", List.of(a("i64")), 1, true);
    text.add("two", List.of(a("utf8")), 1, true);
    assertEquals(List.of(a("utf8")), fields(text.columns()));
    TableSchema strict = new TableSchema(false);
    strict.add("one", List.of(a("utf8")), 1, true);
    assertThrows(
        UnsupportedEntryException.class, () -> strict.add("two", List.of(a("i64")), 1, true));
  }

  @Test
  void whatIsViewedKeepsItsTypeBesideWhatIsDecoded() {
    for (boolean viewedFirst : new boolean[] {true, false}) {
      TableSchema schema = new TableSchema(true);
      schema.add("one", List.of(a("i64")), 1, !viewedFirst);
      assertThrows(
          UnsupportedEntryException.class,
          () -> schema.add("two", List.of(a("utf8")), 1, viewedFirst));
    }
  }

  @Test
  void twoColumnsOfOneNameAreRefused() {
    TableSchema schema = new TableSchema(false);
    UnsupportedEntryException error =
        assertThrows(
            UnsupportedEntryException.class,
            () -> schema.add("twice", List.of(a("i8"), a("i8")), 1, false));
    assertTrue(error.getMessage().contains("two columns named 'a'"), error.getMessage());
  }

  private static Field list(ArrowType layout, boolean elementNullable, String element) {
    return nullable("a", layout, field("item", type(element), elementNullable));
  }

  @Test
  void listsOfAllLayoutsAreLists() {
    for (ArrowType layout :
        List.of(LARGE_LIST, new ArrowType.FixedSizeList(3), ArrowType.ListView.INSTANCE)) {
      for (boolean merge : new boolean[] {true, false}) {
        assertTrue(merged(merge, list(LIST, true, "i8"), list(layout, true, "i8")).isPresent());
        assertTrue(merged(merge, list(layout, true, "i8"), list(LIST, true, "i8")).isPresent());
      }
    }
    Field element = nullable("a", LIST, nullable("element", type("i8")));
    assertTrue(merged(false, list(LIST, true, "i8"), element).isPresent());
  }

  @Test
  void elementsWidenOnlyWhenMerging() {
    Field wide = merged(true, list(LIST, true, "i8"), list(LIST, true, "i32")).orElseThrow();
    assertEquals(type("i32"), wide.getChildren().get(0).getType());
    assertTrue(merged(false, list(LIST, true, "i8"), list(LIST, true, "i32")).isEmpty());
    assertTrue(merged(false, list(LIST, true, "i32"), list(LIST, true, "i8")).isPresent());
    assertTrue(merged(true, list(LIST, true, "i8"), list(LIST, true, "utf8")).isEmpty());
    assertTrue(merged(true, list(LIST, true, "i8"), a("i8")).isEmpty());
  }

  @Test
  void nullsBelowAreNoConflict() {
    for (boolean merge : new boolean[] {true, false}) {
      Field both = merged(merge, list(LIST, false, "i8"), list(LIST, true, "i8")).orElseThrow();
      assertTrue(both.getChildren().get(0).isNullable());
    }
  }

  @Test
  void structsMergeToTheUnionOfTheirFields() {
    Field x = field("x", type("i8"), false);
    Field y = field("y", type("utf8"), false);
    Field both = merged(true, nullable("a", STRUCT, x), nullable("a", STRUCT, y)).orElseThrow();
    assertEquals(
        List.of(nullable("x", type("i8")), nullable("y", type("utf8"))), both.getChildren());
    assertTrue(merged(false, nullable("a", STRUCT, x), nullable("a", STRUCT, x, y)).isEmpty());
    Field fewer =
        merged(false, nullable("a", STRUCT, x, y), nullable("a", STRUCT, x)).orElseThrow();
    assertTrue(fewer.getChildren().get(1).isNullable());
    Field other = field("x", type("utf8"), false);
    assertTrue(merged(true, nullable("a", STRUCT, x), nullable("a", STRUCT, other)).isEmpty());
  }

  private static Field map(String key, String value) {
    return nullable(
        "a",
        new ArrowType.Map(false),
        field(
            "entries",
            STRUCT,
            false,
            field("key", type(key), false),
            field("value", type(value), true)));
  }

  @Test
  void mapsMergeByTheirKeysAndValues() {
    Field both = merged(true, map("utf8", "i8"), map("large_utf8", "i32")).orElseThrow();
    List<Field> entries = both.getChildren().get(0).getChildren();
    assertEquals(type("utf8"), entries.get(0).getType());
    assertEquals(type("i32"), entries.get(1).getType());
    assertTrue(merged(false, map("large_utf8", "i8"), map("utf8", "i8")).isPresent());
    assertTrue(merged(false, map("utf8", "i8"), map("utf8", "i32")).isEmpty());
    assertTrue(merged(true, map("utf8", "i8"), map("i8", "i8")).isEmpty());
  }

  @Test
  void nothingIsKnownOfNestedTypesThatAreNotReadSoTheyMustBeEqual() {
    ArrowType ends = ArrowType.RunEndEncoded.INSTANCE;
    Field runs = field("run_ends", type("i32"), false);
    Field first = nullable("a", ends, runs, nullable("values", type("i8")));
    Field second = nullable("a", ends, runs, nullable("values", type("utf8")));
    assertTrue(merged(true, first, first).isPresent());
    assertTrue(merged(true, first, second).isEmpty());
  }
}

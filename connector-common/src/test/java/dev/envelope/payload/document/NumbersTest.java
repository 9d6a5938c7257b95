package dev.envelope.payload.document;

import static dev.envelope.payload.document.Documents.map;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.CorruptEntryException;
import dev.envelope.UnsupportedEntryException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.Test;

/** The types of numbers, what happens at their borders, and values in types that are asked for. */
final class NumbersTest {
  private static final BigInteger UNSIGNED = new BigInteger("18446744073709551615");

  private static Documents.Read msgpack(Object... values) {
    return Documents.msgpack(
        Documents.msgpack(Arrays.asList(values)), DocumentOptions.STANDARD, null);
  }

  private static Documents.Read json(String text) {
    return Documents.read(Documents.json(text), DocumentOptions.STANDARD, null, true);
  }

  private static List<Object> values(Documents.Read read) {
    return read.rows().stream().map(row -> row.get(0)).toList();
  }

  private static List<Object> as(ArrowType type, Object... values) {
    Field wanted = Field.nullable("value", type);
    byte[] document = Documents.msgpack(Arrays.asList(values));
    return values(Documents.msgpack(document, DocumentOptions.STANDARD, List.of(wanted)));
  }

  @Test
  void integersOfAllSizesAreInt64() {
    Object[] all = {
      0,
      127,
      128,
      255,
      256,
      65_535,
      65_536,
      -1,
      -32,
      -33,
      -128,
      -129,
      -32_768,
      -32_769,
      Integer.MAX_VALUE,
      Integer.MIN_VALUE,
      4_294_967_295L,
      Long.MAX_VALUE,
      Long.MIN_VALUE
    };
    Documents.Read read = msgpack(all);
    assertEquals("value: int64", read.schema());
    assertEquals(
        Arrays.stream(all).map(number -> ((Number) number).longValue()).toList(), values(read));
    assertEquals(values(read), values(json(Arrays.toString(all))));
  }

  @Test
  void integersBeyond64BitsAreDecimalsAndThenText() {
    Documents.Read read = msgpack(UNSIGNED, -1, Long.MIN_VALUE);
    assertEquals("value: Decimal(20, 0, 128)", read.schema());
    assertEquals(
        List.of(new BigDecimal(UNSIGNED), new BigDecimal(-1), BigDecimal.valueOf(Long.MIN_VALUE)),
        values(read));
    assertEquals(read, json("[18446744073709551615,-1,-9223372036854775808]"));
    assertEquals("value: Decimal(38, 0, 128)", json("[-9223372036854775809]").schema());
    String nines = "9".repeat(38);
    assertEquals(List.of(new BigDecimal(nines)), values(json("[" + nines + "]")));
    Documents.Read text = json("[1" + nines + ",2]");
    assertEquals("value: text", text.schema());
    assertEquals(List.of("1" + nines, "2"), values(text));
    assertThrows(UnsupportedEntryException.class, () -> json("[" + "9".repeat(5_000) + "]"));
  }

  @Test
  void integersBesideFloatsAreFloatsWhileThatIsExact() {
    assertEquals(List.of(1.0, 2.5, -9007199254740992.0), values(msgpack(1, 2.5, -(1L << 53))));
    Documents.Read text = msgpack((1L << 53) + 1, 2.5, 1e300);
    assertEquals("value: text", text.schema());
    assertEquals(List.of("9007199254740993", "2.5", "1.0E300"), values(text));
  }

  @Test
  void floatsHaveNoNumbersAndInfinities() {
    List<Object> special =
        List.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0);
    assertEquals(special, values(msgpack(special.toArray())));
    assertEquals(List.of(1.5), values(msgpack(1.5f)));
    assertEquals(
        List.of("NaN", "Infinity", "\"x\""),
        values(msgpack(Double.NaN, Double.POSITIVE_INFINITY, "x")));
    assertThrows(CorruptEntryException.class, () -> json("[NaN]"));
    assertThrows(CorruptEntryException.class, () -> json("[Infinity]"));
    assertEquals(List.of(Double.POSITIVE_INFINITY), values(json("[1e999]")));
  }

  @Test
  void valuesComeInTheTypeThatIsAskedFor() {
    ArrowType float64 = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
    assertEquals(Arrays.asList(1.0, null), as(float64, 1, null));
    assertEquals(List.of((byte) 1), as(new ArrowType.Int(8, true), 1));
    assertEquals(List.of(-7), as(new ArrowType.Int(32, true), -7));
    assertEquals(
        List.of(1.5f), as(new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE), 1.5));
    assertEquals(
        List.of(new BigDecimal("1.50"), new BigDecimal("-3.00")),
        as(new ArrowType.Decimal(10, 2, 128), 1.5, -3));
    assertEquals(List.of(new BigDecimal("-3.00")), as(new ArrowType.Decimal(50, 2, 256), -3));
    assertEquals(List.of("1"), as(ArrowType.Utf8.INSTANCE, 1));
    assertEquals(List.of("[1,2]"), as(ArrowType.LargeUtf8.INSTANCE, List.of(1, 2)));
    assertEquals(List.of("x"), as(ArrowType.Utf8View.INSTANCE, "x"));
    assertEquals(Arrays.asList((Object) null), as(ArrowType.Null.INSTANCE, (Object) null));
  }

  @Test
  void whatTheTypeDoesNotHoldIsAnErrorWithThePlace() {
    for (ArrowType type :
        List.of(
            new ArrowType.Int(8, true),
            new ArrowType.Int(64, false),
            new ArrowType.Decimal(3, 0, 128),
            ArrowType.Bool.INSTANCE,
            ArrowType.Binary.INSTANCE,
            ArrowType.Null.INSTANCE,
            new ArrowType.Date(DateUnit.DAY))) {
      UnsupportedEntryException e =
          assertThrows(UnsupportedEntryException.class, () -> as(type, 1, -1000));
      assertTrue(e.getMessage().contains("column 'value'"), e.getMessage());
      assertTrue(e.getMessage().contains("schema"), e.getMessage());
    }
    assertThrows(
        UnsupportedEntryException.class,
        () -> as(new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE), (1L << 53) + 1));
    assertThrows(
        UnsupportedEntryException.class,
        () -> as(new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE), 0.1));
    assertThrows(
        UnsupportedEntryException.class, () -> as(new ArrowType.Decimal(10, 1, 128), 0.25));
    assertThrows(
        UnsupportedEntryException.class,
        () -> as(new ArrowType.Duration(org.apache.arrow.vector.types.TimeUnit.SECOND), 1));
  }

  @Test
  void aValueBeyondTheSampleThatDoesNotFitNamesRowColumnAndAdvice() {
    Object[] rows = new Object[20];
    Arrays.setAll(rows, i -> map("a", i, "b", map("c", "x")));
    rows[17] = map("a", 17, "b", map("c", 5));
    byte[] document = Documents.msgpack(Arrays.asList(rows));
    DocumentOptions few = new DocumentOptions(10, MarkerRules.CACHEKIT);
    UnsupportedEntryException e =
        assertThrows(UnsupportedEntryException.class, () -> Documents.msgpack(document, few, null));
    assertTrue(e.getMessage().contains("'b.c'"), e.getMessage());
    assertTrue(e.getMessage().contains("row 17"), e.getMessage());
    assertTrue(e.getMessage().contains("infer-rows"), e.getMessage());
    // Columns that are not asked for are passed over.
    Field a = Field.nullable("a", new ArrowType.Int(64, true));
    assertEquals(20, Documents.msgpack(document, few, List.of(a)).rows().size());
    assertEquals(
        "a: int64, b: {c: text}",
        Documents.msgpack(document, DocumentOptions.STANDARD, null).schema());
  }

  @Test
  void aColumnBeyondTheSampleIsAnErrorUnlessTheUserNamesTheColumns() {
    Object[] rows = new Object[20];
    Arrays.setAll(rows, i -> map("a", i));
    rows[17] = map("a", 17, "late", "x");
    byte[] document = Documents.msgpack(Arrays.asList(rows));
    UnsupportedEntryException e =
        assertThrows(
            UnsupportedEntryException.class,
            () -> Documents.msgpack(document, new DocumentOptions(10, MarkerRules.CACHEKIT), null));
    assertTrue(e.getMessage().contains("'late'"), e.getMessage());
    assertTrue(e.getMessage().contains("row 17"), e.getMessage());
    DocumentOptions given = new DocumentOptions(10, MarkerRules.CACHEKIT, true);
    Field a = Field.nullable("a", new ArrowType.Int(64, true));
    Field late = Field.nullable("late", ArrowType.Utf8.INSTANCE);
    Field never = Field.nullable("never", ArrowType.Utf8.INSTANCE);
    assertEquals(20, Documents.msgpack(document, given, List.of(a)).rows().size());
    Documents.Read read = Documents.msgpack(document, given, List.of(late, never, a));
    assertEquals(Arrays.asList("x", null, 17L), read.rows().get(17));
    assertEquals(Arrays.asList(null, null, 16L), read.rows().get(16));
  }
}

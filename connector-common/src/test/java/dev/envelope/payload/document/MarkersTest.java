package dev.envelope.payload.document;

import static dev.envelope.payload.document.Documents.map;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.CorruptEntryException;
import dev.envelope.UnsupportedEntryException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Maps that stand for other values. */
final class MarkersTest {
  private static Documents.Read read(Object value) {
    return read(value, MarkerRules.CACHEKIT);
  }

  private static Documents.Read read(Object value, MarkerRules rules) {
    DocumentOptions options = new DocumentOptions(100, rules);
    return Documents.msgpack(Documents.msgpack(value), options, null);
  }

  private static Object one(Object value) {
    Documents.Read read = read(value);
    assertEquals(1, read.rows().size());
    return read.rows().get(0).get(0);
  }

  private static Map<Object, Object> marker(String name, Object value) {
    return map("__" + name + "__", true, "value", value);
  }

  @Test
  void timesAreTimestampsInUtcOrWithoutAZone() {
    assertEquals(
        LocalDateTime.parse("2024-02-29T23:59:59.123456"),
        one(marker("datetime", "2024-02-29T23:59:59.123456")));
    for (String text :
        List.of("2024-01-01T01:30:00+01:30", "2024-01-01T00:00:00Z", "2023-12-31 19:00-05:00")) {
      Object micros = one(marker("datetime", text));
      assertEquals(Instant.parse("2024-01-01T00:00:00Z").toEpochMilli() * 1000, micros, text);
    }
    // Digits below a microsecond are dropped; and before 1970.
    assertEquals(
        LocalDateTime.parse("1969-12-31T23:59:59.999999"),
        one(marker("datetime", "1969-12-31T23:59:59.999999999")));
    assertEquals((int) LocalDate.of(1900, 3, 1).toEpochDay(), one(marker("date", "1900-03-01")));
    assertEquals(86_399_000_001L, one(marker("time", "23:59:59.000001")));
    assertEquals("12:00:00+02:00", one(marker("time", "12:00:00+02:00")));
    assertEquals("value: time", read(marker("time", "12:00")).schema());
  }

  @Test
  void timesWithAndWithoutAZoneInOnePlaceAreText() {
    Documents.Read read =
        read(
            List.of(
                marker("datetime", "2024-01-01T00:00:00"),
                marker("datetime", "2024-01-01T02:00:00.5+02:00"),
                marker("date", "2024-01-01"),
                marker("time", "01:02:03")));
    assertEquals(
        List.of(
            List.of("\"2024-01-01T00:00:00\""),
            List.of("\"2024-01-01T00:00:00.500000+00:00\""),
            List.of("\"2024-01-01\""),
            List.of("\"01:02:03\"")),
        read.rows());
  }

  @Test
  void whatIsNoTimeIsCorrupt() {
    for (String text :
        List.of(
            "",
            "2024",
            "2024-13-01",
            "2024-02-30",
            "2024-01-01T24:00",
            "2024-01-01T00:00:60",
            "2024-01-01T00:00:00.",
            "2024-01-01T00:00:00+",
            "2024-01-01T00:00:00ZZ",
            "0000-01-01",
            "2024-01-01T0:00")) {
      CorruptEntryException e =
          assertThrows(CorruptEntryException.class, () -> read(marker("datetime", text)), text);
      assertTrue(e.offset() >= Documents.BEFORE, e.getMessage());
    }
  }

  @Test
  void markersThatLackWhatTheyNeedAreCorrupt() {
    for (String name : List.of("datetime", "date", "time", "uuid", "tuple", "set", "ndarray")) {
      String key = "__" + name + "__";
      for (Object broken :
          Arrays.asList(
              map(key, true), map(key, true, "value", null), map(key, true, "value", 1))) {
        assertThrows(CorruptEntryException.class, () -> read(broken), name);
        assertThrows(CorruptEntryException.class, () -> read(List.of(map("a", broken))), name);
      }
    }
  }

  @Test
  void identifiersTuplesAndSets() {
    String uuid = "12345678-1234-5678-1234-567812345678";
    assertEquals(uuid, one(marker("uuid", uuid)));
    // At the top they are lists like any other.
    assertEquals(List.of(List.of(1L), List.of(2L)), read(marker("tuple", List.of(1, 2))).rows());
    Documents.Read rows = read(marker("tuple", List.of(map("a", 1), map("a", 2))));
    assertEquals("a: int64", rows.schema());
    Map<Object, Object> set = map("__set__", true, "value", List.of(1, 2), "frozen", false);
    assertEquals(
        List.of(Arrays.asList(List.of(1L, 2L), "next"), Arrays.asList(List.of(), "x")),
        read(List.of(
                map("s", set, "b", "next"),
                map("s", map("frozen", true, "value", List.of(), "__set__", true), "b", "x")))
            .rows());
    // Sets in tuples in sets, each of which goes on behind its list.
    Object nested =
        map("__set__", true, "value", List.of(marker("tuple", List.of(set, set))), "frozen", true);
    assertEquals(
        List.of(Arrays.asList(List.of(List.of(List.of(1L, 2L), List.of(1L, 2L))), 7L)),
        read(List.of(map("n", nested, "after", 7))).rows());
  }

  @Test
  void arraysAreListsOfTheirElements() {
    byte[] ints = {1, 0, 0, 0, -1, -1, -1, -1, 3, 0, 0, 0, 4, 0, 0, 0};
    assertEquals(
        List.of(List.of(1L, -1L), List.of(3L, 4L)), one(array(ints, "int32", List.of(2, 2))));
    assertEquals(List.of(1L, 4294967295L, 3L, 4L), one(array(ints, "uint32", List.of(4))));
    assertEquals("value: list<list<int64>>", read(array(ints, "int32", List.of(2, 2))).schema());
    byte[] big = ByteBuffer.allocate(16).putDouble(1.5).putDouble(Double.NaN).array();
    assertEquals(List.of(1.5, Double.NaN), one(array(big, ">f8", List.of(2))));
    assertEquals(List.of(true, false), one(array(new byte[] {1, 0}, "bool", List.of(2))));
    byte[] times =
        ByteBuffer.allocate(16)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(-1)
            .putLong(Long.MIN_VALUE)
            .array();
    assertEquals(
        Arrays.asList(LocalDateTime.parse("1969-12-31T23:59:59.999999"), null),
        one(array(times, "datetime64[ns]", List.of(2))));
    byte[] text = "ab\0c\0\0".getBytes(Charset.forName("UTF-32LE"));
    assertEquals(List.of("ab", "c"), one(array(text, "<U3", List.of(2))));
    assertEquals(List.of("61", "62"), one(array(new byte[] {97, 0, 98, 0}, "|S2", List.of(2))));
    byte[] unsigned = {-1, -1, -1, -1, -1, -1, -1, -1};
    assertEquals("[18446744073709551615]", one(array(unsigned, "uint64", List.of(1))).toString());
    assertEquals(List.of(List.of(), List.of()), one(array(new byte[0], "float64", List.of(2, 0))));
    // A single number, in a list behind which another value follows.
    assertEquals(
        List.of(List.of(7L), List.of(8L)),
        read(List.of(array(new byte[] {7}, "int8", List.of()), 8)).rows());
    assertEquals(
        List.of(List.of(1.0, -2.0, Double.POSITIVE_INFINITY, 0x1p-24)),
        List.of(
            one(
                array(
                    new byte[] {0, 0x3C, 0, (byte) 0xC0, 0, 0x7C, 1, 0}, "float16", List.of(4)))));
  }

  private static Map<Object, Object> array(byte[] data, String dtype, List<Integer> shape) {
    return map("__ndarray__", true, "data", data, "shape", shape, "dtype", dtype);
  }

  @Test
  void arraysThatDoNotAddUpAreCorruptAndOthersUnsupported() {
    byte[] eight = new byte[8];
    for (List<Integer> shape :
        List.of(List.of(2), List.of(-1), List.of(1 << 30, 1 << 30, 1 << 30), List.<Integer>of(0))) {
      assertThrows(
          CorruptEntryException.class, () -> read(array(eight, "float64", shape)), "" + shape);
    }
    for (String dtype :
        List.of("object", "complex128", "float128", "timedelta64[ns]", "[('a', '<f8')]", "<U0")) {
      assertThrows(
          UnsupportedEntryException.class, () -> read(array(eight, dtype, List.of(1))), dtype);
    }
    assertThrows(
        UnsupportedEntryException.class,
        () -> read(array(new byte[0], "float64", List.of(1 << 30, 0))));
    assertThrows(
        CorruptEntryException.class,
        () -> read(array(new byte[0], "float64", java.util.Collections.nCopies(65, 1))));
  }

  @Test
  void onlyWhatIsTrueIsAMarker() {
    assertEquals(
        "__datetime__: bool, value: text", read(map("__datetime__", false, "value", "x")).schema());
    // The serializer 'default' takes anything that Python holds for true, in a map of two.
    assertEquals("value: date", read(map("__date__", 1, "value", "2024-01-01")).schema());
    assertEquals(
        "__date__: int64, value: text, x: int64",
        read(map("__date__", 1, "value", "2024-01-01", "x", 1)).schema());
    assertEquals("__uuid__: int64, value: text", read(map("__uuid__", 1, "value", "x")).schema());
  }

  @Test
  void interopKnowsTimesAlone() {
    assertEquals("value: date", read(marker("date", "2024-01-01"), MarkerRules.INTEROP).schema());
    assertEquals(
        "__date__: int64, value: text",
        read(map("__date__", 1, "value", "2024-01-01"), MarkerRules.INTEROP).schema());
    assertEquals(
        "__date__: bool, value: int64", read(marker("date", 1), MarkerRules.INTEROP).schema());
    assertEquals("__date__: bool", read(map("__date__", true), MarkerRules.INTEROP).schema());
    assertEquals(
        "__tuple__: bool, value: list<int64>",
        read(marker("tuple", List.of(1)), MarkerRules.INTEROP).schema());
  }

  @Test
  void timestampsOfMessagePackAreInstants() {
    long micros = 1_700_000_000_000_000L;
    for (String bytes :
        List.of("d6ff6553f100", "d7ff000000006553f100", "c70cff00000000000000006553f100")) {
      Documents.Read read = Documents.msgpack(Documents.hex(bytes), DocumentOptions.STANDARD, null);
      assertEquals(List.of(List.of(micros)), read.rows());
    }
    assertEquals(
        List.of(List.of(-1L)),
        Documents.msgpack(
                Documents.hex("c70cff3b9ac618ffffffffffffffff"), DocumentOptions.STANDARD, null)
            .rows());
    UnsupportedEntryException e =
        assertThrows(
            UnsupportedEntryException.class,
            () -> Documents.msgpack(Documents.hex("d40500"), DocumentOptions.STANDARD, null));
    assertTrue(e.getMessage().contains("extension type 5"), e.getMessage());
  }
}

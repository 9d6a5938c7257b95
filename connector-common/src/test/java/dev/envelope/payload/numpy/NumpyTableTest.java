package dev.envelope.payload.numpy;

import static dev.envelope.payload.numpy.Arrays.array;
import static dev.envelope.payload.numpy.Arrays.elements;
import static dev.envelope.payload.numpy.Arrays.read;
import static dev.envelope.payload.numpy.Arrays.shape;
import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.CorruptEntryException;
import dev.envelope.UnsupportedEntryException;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which rows and types an array is, and which arrays are none. */
final class NumpyTableTest {
  private static final long DOUBLE = Double.doubleToRawLongBits(-2.5);
  private static final long NAN = Double.doubleToRawLongBits(Double.NaN);
  private static final long FLOAT = Float.floatToRawIntBits(1.25f);

  /** A dtype by both of its names, its elements' width, raw elements, the type and the values. */
  static Stream<Arguments> numbers() {
    return Stream.of(
        Arguments.of("i1", "int8", 1, List.of(-1L, 127L), "Int(8, true)", "[-1, 127]"),
        Arguments.of("u1", "uint8", 1, List.of(255L, 0L), "Int(8, false)", "[-1, 0]"),
        Arguments.of("i2", "int16", 2, List.of(-2L, 300L), "Int(16, true)", "[-2, 300]"),
        Arguments.of("u2", "uint16", 2, List.of(65L, 66L), "Int(16, false)", "[A, B]"),
        Arguments.of("i4", "int32", 4, List.of(-3L, 70_000L), "Int(32, true)", "[-3, 70000]"),
        Arguments.of("u4", "uint32", 4, List.of(4L, 0xFFFFFFFFL), "Int(32, false)", "[4, -1]"),
        Arguments.of(
            "i8", "int64", 8, List.of(-4L, 1L << 40), "Int(64, true)", "[-4, " + (1L << 40) + "]"),
        Arguments.of("u8", "uint64", 8, List.of(5L, -1L), "Int(64, false)", "[5, -1]"),
        Arguments.of("f2", "float16", 2, List.of(0x3C00L), "FloatingPoint(HALF)", "[15360]"),
        Arguments.of("f4", "float32", 4, List.of(FLOAT), "FloatingPoint(SINGLE)", "[1.25]"),
        Arguments.of(
            "f8", "float64", 8, List.of(DOUBLE, NAN), "FloatingPoint(DOUBLE)", "[-2.5, NaN]"));
  }

  @ParameterizedTest
  @MethodSource("numbers")
  void numbersOfEveryWidthAndBothByteOrders(
      String code, String name, int width, List<Long> raw, String type, String values) {
    long[] elements = raw.stream().mapToLong(Long::longValue).toArray();
    for (String dtype : List.of(name, "<" + code, "=" + code, ">" + code, "|" + code)) {
      ByteOrder order = dtype.startsWith(">") ? BIG_ENDIAN : LITTLE_ENDIAN;
      Arrays.Read read =
          read(array(dtype, shape(elements.length), elements(order, width, elements)));
      assertEquals(type, read.field().getType().toString(), dtype);
      assertEquals("value", read.field().getName());
      assertEquals(values, read.values().toString(), dtype);
      assertEquals(false, read.field().isNullable());
    }
  }

  @Test
  void booleans() {
    for (String dtype : List.of("bool", "?", "|b1")) {
      Arrays.Read read = read(array(dtype, shape(3), new byte[] {1, 0, 2}));
      assertEquals(List.of(true, false, true), read.values());
    }
  }

  @Test
  void textsAndBytesLoseTheirPadding() {
    for (String order : List.of("<", ">")) {
      Charset utf32 = Charset.forName(order.equals("<") ? "UTF-32LE" : "UTF-32BE");
      Arrays.Read texts = read(array(order + "U3", shape(3), "ab\0a\0ü東\0\0".getBytes(utf32)));
      assertEquals("[ab, a\0ü, 東]", texts.values().toString());
    }
    Arrays.Read bytes = read(array("|S2", shape(2), new byte[] {7, 0, 0, 8}));
    assertArrayEquals(new byte[] {7}, (byte[]) bytes.values().get(0));
    assertArrayEquals(new byte[] {0, 8}, (byte[]) bytes.values().get(1));
  }

  @Test
  void aCharacterThatDoesNotExistIsCorrupt() {
    for (long none : List.of(0xD800L, 0xDFFFL, 0x110000L, 0xFFFFFFFFL)) {
      byte[] texts = elements(LITTLE_ENDIAN, 4, 0x61, none);
      CorruptEntryException e =
          assertThrows(CorruptEntryException.class, () -> read(array("<U1", shape(2), texts)));
      assertEquals(Arrays.BEFORE + 9 + 2 + 3 + 2 + 4 + 4, e.offset());
    }
  }

  /** A unit, a raw value, the Arrow type of points in time and what the value is. */
  static Stream<Arguments> units() {
    return Stream.of(
        Arguments.of(
            "ns", 1_500_000_001L, "Timestamp(NANOSECOND, null)", "1970-01-01T00:00:01.500000001"),
        Arguments.of("us", -1L, "Timestamp(MICROSECOND, null)", "1969-12-31T23:59:59.999999"),
        Arguments.of("ms", 1L, "Timestamp(MILLISECOND, null)", "1970-01-01T00:00:00.001"),
        Arguments.of("s", 61L, "Timestamp(SECOND, null)", "1970-01-01T00:01:01"),
        Arguments.of("m", 2L, "Timestamp(SECOND, null)", "1970-01-01T00:02"),
        Arguments.of("h", -1L, "Timestamp(SECOND, null)", "1969-12-31T23:00"),
        Arguments.of("W", 1L, "Timestamp(SECOND, null)", "1970-01-08T00:00"));
  }

  @ParameterizedTest
  @MethodSource("units")
  void pointsInTimeKeepTheirUnitAndNotATimeIsNull(
      String unit, long raw, String type, String expected) {
    for (String dtype :
        List.of("datetime64[" + unit + "]", "<M8[" + unit + "]", ">M8[" + unit + "]")) {
      ByteOrder order = dtype.startsWith(">") ? BIG_ENDIAN : LITTLE_ENDIAN;
      Arrays.Read read = read(array(dtype, shape(2), elements(order, 8, raw, Long.MIN_VALUE)));
      assertEquals(type, read.field().getType().toString());
      assertTrue(read.field().isNullable());
      assertEquals(LocalDateTime.parse(expected), read.values().get(0), dtype);
      assertNull(read.values().get(1));
    }
  }

  @Test
  void daysAreDatesAndTimedeltasDurations() {
    Arrays.Read days =
        read(array("<M8[D]", shape(2), elements(LITTLE_ENDIAN, 8, 3, Long.MIN_VALUE)));
    assertEquals("Date(DAY)", days.field().getType().toString());
    assertEquals(3, days.values().get(0));
    assertNull(days.values().get(1));
    Arrays.Read spans =
        read(array("<m8[h]", shape(2), elements(LITTLE_ENDIAN, 8, -2, Long.MIN_VALUE)));
    assertEquals("Duration(SECOND)", spans.field().getType().toString());
    assertEquals(java.time.Duration.ofHours(-2), spans.values().get(0));
    assertNull(spans.values().get(1));
  }

  @Test
  void timesThatNoVectorHoldsAreRefusedAtTheirByte() {
    for (String dtype : List.of("<M8[D]", "<M8[W]", "<m8[h]")) {
      byte[] far = elements(LITTLE_ENDIAN, 8, 0, Long.MAX_VALUE - 1);
      UnsupportedEntryException e =
          assertThrows(
              UnsupportedEntryException.class, () -> read(array(dtype, shape(2), far)), dtype);
      int at = Arrays.BEFORE + 9 + 2 + dtype.length() + 2 + 4 + 8;
      assertTrue(e.getMessage().contains("at byte " + at), e.getMessage());
    }
  }

  @Test
  void theFirstDimensionIsRowsAndTheOthersAreLists() {
    byte[] bytes = elements(LITTLE_ENDIAN, 4, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    assertEquals(
        "[7]", read(array("<i4", shape(), elements(LITTLE_ENDIAN, 4, 7))).values().toString());
    assertEquals(
        "[[0,1,2], [3,4,5], [6,7,8], [9,10,11]]",
        read(array("<i4", shape(4, 3), bytes)).values().toString());
    Arrays.Read cube = read(array("<i4", shape(2, 3, 2), bytes));
    assertEquals("[[[0,1],[2,3],[4,5]], [[6,7],[8,9],[10,11]]]", cube.values().toString());
    assertEquals("FixedSizeList(3)", cube.field().getType().toString());
    assertEquals("FixedSizeList(2)", cube.field().getChildren().get(0).getType().toString());
  }

  @Test
  void dimensionsOfNoLengthAreEmpty() {
    byte[] none = {};
    assertEquals(List.of(), read(array("<f8", shape(0), none)).values());
    assertEquals(List.of(), read(array("<f8", shape(0, 3), none)).values());
    assertEquals("[[], []]", read(array("<f8", shape(2, 0), none)).values().toString());
    assertEquals("[[[],[]]]", read(array("<f8", shape(1, 2, 0), none)).values().toString());
  }

  @Test
  void moreThanEightMebibytesAreSeveralBatches() {
    long[] values = new long[3 << 20];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    Arrays.Read read = read(array("<i8", shape(values.length), elements(LITTLE_ENDIAN, 8, values)));
    assertEquals(3, read.batches());
    assertEquals(values.length, read.values().size());
    assertEquals((long) values.length - 1, read.values().get(values.length - 1));
    assertEquals(1L << 20, read.values().get(1 << 20));
    Arrays.Read matrix =
        read(array("<i8", shape(values.length / 4, 4), elements(LITTLE_ENDIAN, 8, values)));
    assertEquals(3, matrix.batches());
    assertEquals("[2097152,2097153,2097154,2097155]", matrix.values().get(2097152 / 4).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "object",
        "|O",
        "complex128",
        "<c16",
        "float128",
        "<f16",
        "longdouble",
        "|V8",
        "datetime64",
        "<M8",
        "<M8[Y]",
        "datetime64[M]",
        "<m8[10s]",
        "<U0",
        "|S",
        "i3",
        "b2",
        "",
        "[('a', '<i4'), ('b', '<f8')]"
      })
  void elementsWithoutASoundValueAreRefusedByTheirDtype(String dtype) {
    UnsupportedEntryException e =
        assertThrows(
            UnsupportedEntryException.class, () -> read(array(dtype, shape(1), new byte[16])));
    assertTrue(e.getMessage().contains("'" + dtype + "'"), e.getMessage());
    assertTrue(e.getMessage().contains("at byte " + (Arrays.BEFORE + 11)), e.getMessage());
  }

  @Test
  void ofALongDtypeOnlyTheBeginningIsShown() {
    String dtype = "[('a', '<i4')," + " ".repeat(200) + "('secret', '<i4')]";
    UnsupportedEntryException e =
        assertThrows(
            UnsupportedEntryException.class, () -> read(array(dtype, shape(1), new byte[8])));
    assertTrue(e.getMessage().contains("[('a', '<i4'),"), e.getMessage());
    assertTrue(!e.getMessage().contains("secret"), e.getMessage());
  }

  /** Shapes that lie about what follows. */
  static Stream<Arguments> lies() {
    long max = 0xFFFFFFFFL;
    return Stream.of(
        Arguments.of("<i4", shape(3), 8),
        Arguments.of("<i4", shape(1), 8),
        Arguments.of("<i4", shape(2), 9),
        Arguments.of("<i4", shape(), 0),
        Arguments.of("<i8", shape(max, max, max), 8),
        Arguments.of("<i8", shape(2, 1L << 30, 1L << 30, 8), 0),
        Arguments.of("<i8", shape(max), 8),
        Arguments.of("<U536870911", shape(1), 4));
  }

  @ParameterizedTest
  @MethodSource("lies")
  void aShapeThatAsksForOtherBytesIsCorrupt(String dtype, long[] shape, int bytes) {
    RuntimeException e =
        assertThrows(RuntimeException.class, () -> read(array(dtype, shape, new byte[bytes])));
    // A dimension longer than any list is refused before it is multiplied.
    assertTrue(
        e instanceof CorruptEntryException || e instanceof UnsupportedEntryException, e.toString());
    if (e instanceof CorruptEntryException corrupt) {
      assertEquals(Arrays.BEFORE + 9 + 2 + dtype.length() + 2, corrupt.offset());
    }
  }

  @Test
  void shapesThatAreNoListOfDimensionsAreCorrupt() {
    byte[] array = array("<i4", shape(1), new byte[4]);
    for (int length : List.of(1, 2, 3, 5, 260, 65_535)) {
      byte[] altered = array.clone();
      altered[9 + 2 + 3] = (byte) length;
      altered[9 + 2 + 3 + 1] = (byte) (length >> 8);
      assertThrows(CorruptEntryException.class, () -> read(altered), length + " bytes of shape");
    }
    for (int cut = 9; cut < array.length; cut++) {
      byte[] short1 = java.util.Arrays.copyOf(array, cut);
      assertThrows(CorruptEntryException.class, () -> read(short1), "cut at " + cut);
    }
  }

  @Test
  void rowsThatTakeNoBytesAreBounded() {
    for (long[] shape :
        List.of(shape(1 << 21, 0), shape(1, 1 << 21, 0), shape(1 << 12, 1 << 12, 0))) {
      UnsupportedEntryException e =
          assertThrows(
              UnsupportedEntryException.class, () -> read(array("<i4", shape, new byte[0])));
      assertTrue(e.getMessage().contains("without an element"), e.getMessage());
    }
  }

  @Test
  void theMessageNeverHoldsWhatDoesNotPrint() {
    byte[] name = {'<', 'x', 7, (byte) 0xC3, (byte) 0x28};
    String dtype = new String(name, StandardCharsets.ISO_8859_1);
    UnsupportedEntryException e =
        assertThrows(
            UnsupportedEntryException.class, () -> read(array(dtype, shape(1), new byte[4])));
    assertTrue(e.getMessage().chars().allMatch(c -> c >= 0x20 && c < 0x7F), e.getMessage());
  }
}

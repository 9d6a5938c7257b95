package dev.envelope.payload.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.CorruptEntryException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.memory.AllocatedRegion;
import dev.envelope.payload.Batch;
import dev.envelope.payload.BatchReader;
import dev.envelope.payload.Column;
import dev.envelope.payload.DecodeStats;
import dev.envelope.payload.PayloadKind;
import dev.envelope.payload.document.DocumentOptions;
import dev.envelope.testing.MsgpackBytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.Test;

/**
 * Series and DataFrames that were written without pyarrow: which rows they are, and what is none.
 */
final class FrameTableTest {
  private static final int BEFORE = 5;

  /** What a payload was read as. */
  private record Read(String schema, List<List<Object>> rows, int batches) {}

  private static Map<String, Object> map(Object... keysAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }

  private static byte[] longs(long... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Long.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      bytes.putLong(value);
    }
    return bytes.array();
  }

  private static Map<String, Object> numbers(String dtype, byte[] data) {
    return map("type", "numeric", "dtype", dtype, "data", data);
  }

  private static Map<String, Object> objects(Object... values) {
    return map("type", "object", "data", Arrays.asList(values));
  }

  private static Map<String, Object> series(Object name, Object index, Map<String, Object> values) {
    Map<String, Object> series = map("name", name, "index", index);
    series.putAll(values);
    return series;
  }

  private static Map<String, Object> dataframe(Object index, Map<String, Object> data) {
    return map("columns", List.copyOf(data.keySet()), "index", index, "data", data);
  }

  private static AllocatedRegion region(BufferAllocator allocator, Object document) {
    byte[] packed = MsgpackBytes.of(document);
    AllocatedRegion region = AllocatedRegion.allocate(allocator, BEFORE + packed.length, 0);
    try (ArrowBuf bytes = region.view(0, region.size())) {
      bytes.setZero(0, BEFORE);
      bytes.setBytes(BEFORE, packed);
    }
    return region;
  }

  private static FrameTable open(AllocatedRegion region, boolean series) {
    long length = region.size() - BEFORE;
    return series
        ? FrameTable.series(region, BEFORE, length, DocumentOptions.STANDARD)
        : FrameTable.dataframe(region, BEFORE, length, DocumentOptions.STANDARD);
  }

  /** Reads it, and gives everything back; so does a failure. */
  private static Read read(Object document, boolean series, String... wanted) {
    try (BufferAllocator allocator = new RootAllocator();
        AllocatedRegion region = region(allocator, document)) {
      FrameTable table = open(region, series);
      List<Field> columns =
          table.fields().stream()
              .filter(field -> wanted.length == 0 || List.of(wanted).contains(field.getName()))
              .toList();
      List<List<Object>> rows = new ArrayList<>();
      try (BatchReader reader = table.reader(region, columns, allocator, new DecodeStats())) {
        for (int i = 0; i < table.batchCount(); i++) {
          try (Batch batch = reader.read(i)) {
            assertEquals(table.rows(i), batch.rowCount());
            for (int row = 0; row < batch.rowCount(); row++) {
              rows.add(row(batch, row));
            }
          }
        }
      }
      return new Read(columns.toString(), rows, table.batchCount());
    }
  }

  private static List<Object> row(Batch batch, int row) {
    List<Object> values = new ArrayList<>();
    for (Column column : batch.columns()) {
      Object value = column.vector().getObject(row);
      values.add(value instanceof Number || value == null ? value : value.toString());
    }
    return values;
  }

  private static List<Object> values(Object... values) {
    return Arrays.asList(values);
  }

  @Test
  void aDataFrameIsItsIndexAndItsColumnsInOrder() {
    Map<String, Object> frame =
        dataframe(
            List.of("x", "y"), map("b", numbers("int64", longs(1, 2)), "a", objects("ü", null)));
    Read read = read(frame, false);
    assertEquals(List.of(values("x", 1L, "ü"), values("y", 2L, null)), read.rows());
    assertEquals("[index: Utf8 not null, b: Int(64, true) not null, a: Utf8]", read.schema());
    assertEquals(List.of(values(1L), values(2L)), read(frame, false, "b").rows());
    assertEquals(List.of(values("x"), values("y")), read(frame, false, "index").rows());
  }

  @Test
  void rowsWithoutLabelsAreCounted() {
    Read read = read(dataframe(null, map("n", numbers("int64", longs(7, 8, 9)))), false);
    assertEquals(List.of(values(0L, 7L), values(1L, 8L), values(2L, 9L)), read.rows());
    Read labelled = read(series("s", List.of(5, 6), numbers("float64", longs(0, 0))), true);
    assertEquals(List.of(values(5L, 0.0), values(6L, 0.0)), labelled.rows());
  }

  @Test
  void theNameOfASeriesIsItsColumn() {
    Map<String, Object> numbers = numbers("int64", longs(1));
    assertTrue(read(series("s", null, numbers), true).schema().contains("s: Int(64"));
    assertTrue(read(series(null, null, numbers), true).schema().contains("value: Int(64"));
    assertTrue(read(series(3, null, numbers), true).schema().contains("3: Int(64"));
    UnsupportedEntryException e =
        assertThrows(
            UnsupportedEntryException.class,
            () -> read(series(List.of("a", "b"), null, numbers), true));
    assertTrue(e.getMessage().contains("name of the Series"), e.getMessage());
  }

  @Test
  void aColumnThatIsCalledIndexKeepsItsName() {
    Map<String, Object> data = map("index", numbers("int64", longs(7, 8)));
    Read counted = read(dataframe(null, data), false);
    assertTrue(counted.schema().startsWith("[level_0: "), counted.schema());
    assertEquals(List.of(values(0L, 7L), values(1L, 8L)), counted.rows());
    Read labelled = read(dataframe(List.of("a", "b"), data), false);
    assertEquals(List.of(values("a", 7L), values("b", 8L)), labelled.rows());
    assertEquals(
        List.of(values(7L), values(8L)), read(dataframe(null, data), false, "index").rows());
  }

  @Test
  void noRowsAndNoColumns() {
    assertEquals(List.of(), read(dataframe(null, map()), false).rows());
    assertEquals(
        List.of(),
        read(dataframe(List.of(), map("a", objects(), "n", numbers("int64", longs()))), false)
            .rows());
    assertEquals(
        List.of(values(0L), values(1L)), read(dataframe(List.of(0, 1), map()), false).rows());
  }

  @Test
  void manyRowsAreSeveralBatchesOfNumbersAndObjectsAlike() {
    int rows = 200_000;
    long[] numbers = new long[rows];
    Object[] texts = new Object[rows];
    for (int i = 0; i < rows; i++) {
      numbers[i] = i;
      texts[i] = "t" + i;
    }
    Read read =
        read(
            dataframe(null, map("n", numbers("int64", longs(numbers)), "t", objects(texts))),
            false);
    assertTrue(read.batches() > 1, read.batches() + " batches");
    assertEquals(rows, read.rows().size());
    for (int i : new int[] {0, 65_535, 65_536, 131_072, rows - 1}) {
      assertEquals(values((long) i, (long) i, "t" + i), read.rows().get(i));
    }
  }

  @Test
  void numbersAreViewed() {
    try (BufferAllocator root = new RootAllocator();
        AllocatedRegion region =
            region(root, series("s", null, numbers("int64", longs(1, 2, 3))))) {
      FrameTable table = open(region, true);
      try (BatchReader reader = table.reader(region, table.fields(), root, new DecodeStats());
          Batch batch = reader.read(0);
          ArrowBuf whole = region.view(0, region.size())) {
        FieldVector vector = batch.columns().get(1).vector();
        assertEquals(3L, vector.getObject(2));
        whole.setLong(region.size() - Long.BYTES, 42);
        assertEquals(42L, vector.getObject(2));
      }
    }
  }

  @Test
  void whatLacksSomethingIsCorrupt() {
    Map<String, Object> good = dataframe(null, map("a", numbers("int64", longs(1))));
    for (String missing : List.of("columns", "data")) {
      Map<String, Object> frame = new LinkedHashMap<>(good);
      frame.remove(missing);
      assertCorrupt(frame, false, "no 'columns' or no 'data'");
    }
    Map<String, Object> named = new LinkedHashMap<>(good);
    named.put("columns", List.of("a", "b"));
    assertCorrupt(named, false, "no data for one of its columns");
    assertCorrupt(series("s", null, map("type", "numeric", "dtype", "int64")), true, "no bytes");
    assertCorrupt(series("s", null, map("type", "numeric", "data", longs(1))), true, "no dtype");
    assertCorrupt(series("s", null, map("type", "object", "data", longs(1))), true, "no list");
    assertCorrupt(List.of(1), false, "no map");
    assertCorrupt(dataframe("x", map()), false, "a list of values");
  }

  @Test
  void columnsOfDifferentLengthsAreCorrupt() {
    assertCorrupt(
        dataframe(null, map("a", numbers("int64", longs(1, 2)), "b", objects("x"))),
        false,
        "1 values where others have 2");
    assertCorrupt(
        dataframe(List.of(0), map("a", numbers("int64", longs(1, 2)))),
        false,
        "2 values where others have 1");
    assertCorrupt(
        series("s", null, numbers("int64", new byte[9])), true, "no number of values of its dtype");
  }

  private static void assertCorrupt(Object document, boolean series, String message) {
    CorruptEntryException e =
        assertThrows(CorruptEntryException.class, () -> read(document, series));
    assertTrue(e.getMessage().contains(message), e.getMessage());
    assertTrue(e.offset() >= BEFORE, e.getMessage());
  }

  @Test
  void dtypesThatAreNotReadAreNamed() {
    UnsupportedEntryException e =
        assertThrows(
            UnsupportedEntryException.class,
            () -> read(series("s", null, numbers("complex128", new byte[16])), true));
    assertTrue(e.getMessage().contains("complex128"), e.getMessage());
  }

  @Test
  void theBytesTellWhatAMapIs() {
    Map<String, Object> numbers = numbers("int64", longs(1));
    assertEquals(Optional.of(PayloadKind.SERIES), kindOf(series("s", null, numbers)));
    assertEquals(Optional.of(PayloadKind.DATAFRAME), kindOf(dataframe(null, map("a", numbers))));
    assertEquals(Optional.empty(), kindOf(map("name", "x", "index", null)));
    assertEquals(Optional.empty(), kindOf(List.of(1, 2)));
    assertEquals(Optional.empty(), kindOf(map("columns", List.of("a"), "data", map("a", 1))));
  }

  private static Optional<PayloadKind> kindOf(Object document) {
    try (BufferAllocator allocator = new RootAllocator();
        AllocatedRegion region = region(allocator, document)) {
      return FrameTable.kindOf(region, BEFORE, region.size() - BEFORE);
    }
  }
}

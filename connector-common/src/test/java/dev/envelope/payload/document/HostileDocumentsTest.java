package dev.envelope.payload.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.CorruptEntryException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.memory.AllocatedRegion;
import dev.envelope.payload.Batch;
import dev.envelope.payload.BatchReader;
import dev.envelope.payload.DecodeStats;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Documents that were made to harm: each is refused with its place, and nothing is allocated. */
@Timeout(60)
final class HostileDocumentsTest {
  private static Documents.Read msgpack(byte[] document) {
    return Documents.msgpack(document, DocumentOptions.STANDARD, null);
  }

  private static Documents.Read json(byte[] document) {
    return Documents.read(document, DocumentOptions.STANDARD, null, true);
  }

  private static CorruptEntryException corrupt(String hex) {
    return assertThrows(CorruptEntryException.class, () -> msgpack(Documents.hex(hex)), hex);
  }

  @Test
  void whatEndsTooEarlyIsCorrupt() {
    for (String hex :
        List.of(
            "",
            "91",
            "81",
            "81a161",
            "a2 61",
            "d9",
            "d9 02 61",
            "cd 01",
            "cf 00000000000000",
            "c4",
            "c6 7fffffff 00",
            "c7 05",
            "d8 ff 00",
            "dc",
            "dd 000000",
            "92 01",
            "ca 0000")) {
      corrupt(hex);
    }
    assertEquals(Documents.BEFORE + 1, corrupt("92 c1 01").offset());
    assertEquals(Documents.BEFORE + 1, corrupt("01 02").offset());
  }

  @Test
  void moreElementsThanBytesAreRefusedBeforeAnythingIsBuilt() {
    for (String hex :
        List.of(
            "dd ffffffff",
            "df ffffffff",
            "df 80000000",
            "91 dd ffffffff",
            // Each list could be, but not both.
            "92 dc0005 dc0005 01010101",
            "81a161 df 7fffffff",
            "93 9f 9f 9f c0c0c0")) {
      CorruptEntryException e = corrupt(hex);
      assertTrue(e.getMessage().contains("announces"), hex + ": " + e.getMessage());
    }
  }

  @Test
  void depthIsBounded() {
    assertEquals(1, msgpack(nested(1024)).rows().size());
    assertEquals(1, json(brackets(1024)).rows().size());
    for (int depth : new int[] {1025, 100_000}) {
      assertThrows(CorruptEntryException.class, () -> msgpack(nested(depth)));
      assertThrows(CorruptEntryException.class, () -> json(brackets(depth)));
      byte[] objects = "{\"a\":".repeat(depth).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
      assertThrows(CorruptEntryException.class, () -> json(objects));
    }
  }

  private static byte[] nested(int depth) {
    byte[] document = new byte[depth + 1];
    Arrays.fill(document, (byte) 0x91);
    document[depth] = 1;
    return document;
  }

  private static byte[] brackets(int depth) {
    return ("[".repeat(depth) + "1" + "]".repeat(depth))
        .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  }

  @Test
  void whatIsBelow64LevelsIsText() {
    Documents.Read read = msgpack(nested(70));
    Object value = read.rows().get(0).get(0);
    for (int i = 0; i < 64; i++) {
      value = ((List<?>) value).get(0);
    }
    assertEquals("[[[[[1]]]]]", value);
  }

  @Test
  void textThatIsNotUtf8IsCorruptAtItsByte() {
    for (String bad :
        List.of("ff", "c080", "e08080", "eda080", "f5808080", "f4908080", "c2", "80", "f0808080")) {
      int length = bad.length() / 2;
      CorruptEntryException e = corrupt("91 %02x 61 %s".formatted(0xA1 + length, bad));
      assertEquals(Documents.BEFORE + 3, e.offset(), bad);
      corrupt("81 %02x 61 %s c0".formatted(0xA1 + length, bad));
      byte[] quoted = Documents.hex("5b 22 61 " + bad + " 22 5d");
      CorruptEntryException inJson =
          assertThrows(CorruptEntryException.class, () -> json(quoted), bad);
      assertEquals(Documents.BEFORE + 3, inJson.offset(), bad);
    }
    assertEquals(List.of(List.of("aé€😀")), msgpack(Documents.msgpack(List.of("aé€😀"))).rows());
    assertEquals(List.of(List.of("aé€😀")), json(Documents.json("[\"aé€\\ud83d\\ude00\"]")).rows());
    for (String half : List.of("\\ud83d", "\\ude00", "\\ude00\\ud83d", "\\ud83dx")) {
      assertThrows(
          CorruptEntryException.class, () -> json(Documents.json("[\"" + half + "\"]")), half);
    }
  }

  @Test
  void keysThatAreListsOrMapsAreCorrupt() {
    corrupt("81 90 01");
    corrupt("81 80 01");
    corrupt("91 81 d40100 01");
  }

  @Test
  void whatIsNotJsonIsCorruptWithoutItsText() {
    for (String text :
        List.of(
            "",
            " ",
            "[",
            "{",
            "]",
            "[1",
            "[1,",
            "[1,]",
            "{\"a\"}",
            "{\"a\":1,}",
            "[1] 2",
            "1],[2",
            "1,2",
            "{\"a\":1}}",
            "[secret]",
            "{secret:1}",
            "'secret'",
            "\"secret",
            "[01]",
            "[1.]",
            "\u0000[1]",
            "[\u00001]",
            "\uFEFF[1]",
            "[1]\u0000",
            "/* secret */ 1",
            "{\"a\":[1}")) {
      CorruptEntryException e =
          assertThrows(CorruptEntryException.class, () -> json(Documents.json(text)), text);
      assertTrue(!String.valueOf(e).contains("secret"), e.getMessage());
      assertEquals(0, e.getSuppressed().length, text);
      assertTrue(e.offset() >= Documents.BEFORE, e.getMessage());
    }
  }

  @Test
  void tooManyColumnsAreRefused() {
    ByteBuffer document = ByteBuffer.allocate(200_000);
    document.put((byte) 0xDE).putShort((short) 10_001);
    for (int i = 0; i < 10_001; i++) {
      document
          .put((byte) 0xA5)
          .put("%05d".formatted(i).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      document.put((byte) 1);
    }
    byte[] bytes = Arrays.copyOf(document.array(), document.position());
    assertThrows(UnsupportedEntryException.class, () -> msgpack(bytes));
    // One level down they are the keys of a map.
    byte[] below = new byte[bytes.length + 4];
    below[0] = (byte) 0x92;
    below[1] = (byte) 0xC0;
    below[2] = (byte) 0x91;
    System.arraycopy(bytes, 0, below, 3, bytes.length);
    Documents.Read read = msgpack(Arrays.copyOf(below, bytes.length + 3));
    assertEquals("value: list<map<int64>>", read.schema());
    assertEquals(10_001, ((List<?>) ((List<?>) read.rows().get(1).get(0)).get(0)).size());
  }

  @Test
  void markersWithinMarkersTakeNoLongerThanTheirBytes() {
    // A tuple of a tuple of a tuple ..., each in front of many values.
    int depth = 500;
    java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
    for (int i = 0; i < depth; i++) {
      out.writeBytes(Documents.hex("82 a9 5f5f7475706c655f5f c3 a5 76616c7565 91"));
    }
    byte[] list = Documents.msgpack(new byte[10_000_000]);
    out.writeBytes(list);
    assertEquals(1, msgpack(out.toByteArray()).rows().size());
  }

  @Test
  void aBatchThatFindsNoRoomLeavesNothing() {
    byte[] document =
        Documents.msgpack(
            java.util.Collections.nCopies(
                2_000,
                Documents.map(
                    "a", 1, "b", "text", "c", List.of(1, 2), "d", Documents.map("x", true))));
    int failures = 0;
    for (long limit = 0; limit < 300_000; limit += 1_009) {
      try (BufferAllocator root = new RootAllocator();
          AllocatedRegion region = Documents.region(root, document);
          BufferAllocator small = root.newChildAllocator("small", 0, limit)) {
        DocumentTable table =
            DocumentTable.msgpack(
                region, Documents.BEFORE, document.length, DocumentOptions.STANDARD);
        try (BatchReader reader = table.reader(region, table.fields(), small, new DecodeStats());
            Batch batch = reader.read(0)) {
          assertEquals(2_000, batch.rowCount());
        } catch (OutOfMemoryException e) {
          failures++;
        }
        assertEquals(0, small.getAllocatedMemory());
      }
    }
    assertTrue(failures > 50 && failures < 298, failures + " failures");
  }

  @Test
  void batchesAreBoundedInRowsAndBytesAndReadAgainInAnyOrder() {
    List<Object> rows = new java.util.ArrayList<>();
    for (int i = 0; i < 200_000; i++) {
      rows.add(Documents.map("n", i, "t", "x".repeat(i % 100)));
    }
    for (boolean columns : new boolean[] {false, true}) {
      Object value = columns ? Documents.map("n", rows, "m", rows) : rows;
      byte[] document = Documents.msgpack(value);
      try (BufferAllocator allocator = new RootAllocator();
          AllocatedRegion region = Documents.region(allocator, document)) {
        DocumentTable table =
            DocumentTable.msgpack(
                region, Documents.BEFORE, document.length, DocumentOptions.STANDARD);
        assertTrue(table.batchCount() > 1, table.batchCount() + " batches");
        long first = 0;
        long all = 0;
        for (int i = 0; i < table.batchCount(); i++) {
          assertTrue(table.rows(i) <= 65_536, table.rows(i) + " rows");
          assertTrue(table.bytes(i) <= 9 << 20, table.bytes(i) + " bytes");
          all += table.rows(i);
        }
        assertEquals(200_000, all);
        try (BatchReader reader =
            table.reader(region, table.fields(), allocator, new DecodeStats())) {
          for (int i = table.batchCount() - 1; i >= 0; i--) {
            first = 0;
            for (int before = 0; before < i; before++) {
              first += table.rows(before);
            }
            try (Batch batch = reader.read(i)) {
              Object cell = batch.columns().get(0).vector().getObject(0);
              Object expected = columns ? ((java.util.Map<?, ?>) cell).get("n") : cell;
              assertEquals(first, ((Number) expected).longValue());
            }
          }
        }
      }
    }
  }

  @Test
  void aByteThatAsksForManySlotsIsRefusedInTime() {
    // A list of one map of 32 fields, and of as many empty ones as there is room for.
    java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
    int empty = 20_000_000;
    out.writeBytes(Documents.hex("92 c0 dd"));
    out.writeBytes(ByteBuffer.allocate(4).putInt(empty + 1).array());
    out.writeBytes(Documents.hex("de0020"));
    for (int i = 0; i < 32; i++) {
      out.writeBytes(new byte[] {(byte) 0xA1, (byte) ('A' + i), 1});
    }
    byte[] maps = new byte[empty];
    Arrays.fill(maps, (byte) 0x80);
    out.writeBytes(maps);
    UnsupportedEntryException e =
        assertThrows(UnsupportedEntryException.class, () -> msgpack(out.toByteArray()));
    assertTrue(e.getMessage().contains("values that are not there"), e.getMessage());
  }

  @Test
  void keysAreNotKeptInUnboundedNumberOrLength() {
    String key = "k".repeat(70_000);
    UnsupportedEntryException e =
        assertThrows(
            UnsupportedEntryException.class,
            () -> msgpack(Documents.msgpack(List.of(Documents.map(key, 1)))));
    assertTrue(e.getMessage().contains("key of more than 65536"), e.getMessage());
    assertThrows(
        UnsupportedEntryException.class,
        () -> msgpack(Documents.msgpack(Documents.map(key, List.of(1)))));
    assertThrows(
        UnsupportedEntryException.class, () -> json(Documents.json("{\"" + key + "\":1}")));
    java.util.Map<Object, Object> many = new java.util.LinkedHashMap<>();
    for (int i = 0; i < 300; i++) {
      many.put("k".repeat(60_000) + i, i);
    }
    assertThrows(UnsupportedEntryException.class, () -> msgpack(Documents.msgpack(many)));
  }
}

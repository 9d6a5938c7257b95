package dev.envelope.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.CorruptEntryException;
import dev.envelope.memory.Allocators;
import dev.envelope.memory.Xxh3;
import dev.envelope.testing.ByteStorageBytes;
import dev.envelope.testing.EntryWriter;
import dev.envelope.testing.Lz4Block;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.apache.arrow.vector.VarBinaryVector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents in a ByteStorage, whether the header owns up to it or not. */
final class PackedEntriesTest {
  /** {@code [7, 8, 9]}. */
  private static final byte[] DOCUMENT = HexFormat.of().parseHex("93070809");

  @TempDir Path directory;

  @AfterEach
  void everythingIsGivenBack() {
    EntryPool.ofThisJvm().clear();
    assertEquals(0, Allocators.root().getAllocatedMemory());
  }

  private void write(byte[] payload, boolean claimed) {
    String header =
        "{\"s\":\"default\",\"m\":{\"format\":\"msgpack\",\"original_type\":\"msgpack\","
            + ("\"compressed\":" + claimed + "},\"v\":\"2.0\"}");
    new EntryWriter(directory).stored("k", EntryWriter.frame(header, payload));
  }

  private static byte[] packed(byte[] document, long checksum, boolean integers) {
    return ByteStorageBytes.of(Lz4Block.literals(document), checksum, document.length, integers);
  }

  private List<Long> read(String integrity) {
    ScanTask task = Scans.task(Scans.plan(directory, "key", "k", "integrity", integrity), "value");
    return Scans.numbers(task, new ScanMetrics());
  }

  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void theChecksumIsCompared(boolean claimed, boolean integers) {
    long right = Xxh3.hash(DOCUMENT);
    write(packed(DOCUMENT, right, integers), claimed);
    assertEquals(List.of(7L, 8L, 9L), read("verify"));
    for (int bit : new int[] {0, 63}) {
      write(packed(DOCUMENT, right ^ 1L << bit, integers), claimed);
      CorruptEntryException e = assertThrows(CorruptEntryException.class, () -> read("verify"));
      assertTrue(e.getMessage().contains("'k'"), e.getMessage());
      assertTrue(e.getMessage().contains("the checksum is"), e.getMessage());
      // It is never taken for the list of four that it is, too.
      assertEquals(List.of(7L, 8L, 9L), read("skip"));
    }
    byte[] damaged = packed(DOCUMENT, right, integers);
    damaged[damaged.length - 1] ^= (byte) 0xFF;
    damaged[damaged.length - 8] = (byte) 0xC0;
    write(damaged, claimed);
    assertThrows(CorruptEntryException.class, () -> read("skip"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsNotPackedIsReadUnlessItIsSaidToBe(boolean claimed) {
    write(DOCUMENT, claimed);
    if (claimed) {
      CorruptEntryException e = assertThrows(CorruptEntryException.class, () -> read("verify"));
      assertTrue(e.getMessage().contains("the header claims a compressed payload"));
    } else {
      assertEquals(List.of(7L, 8L, 9L), read("verify"));
    }
  }

  @ParameterizedTest
  @CsvSource({"read, false", "read, true", "map, false", "map, true"})
  void thePackedBytesAreGivenBackBeforeRowsAreBuilt(String access, boolean integers) {
    int length = 4 << 20;
    byte[] document =
        ByteBuffer.allocate(5 + length)
            .put((byte) 0xC6)
            .putInt(length)
            .put(new byte[length])
            .array();
    write(packed(document, Xxh3.hash(document), integers), true);
    ScanTask task = Scans.task(Scans.plan(directory, "key", "k", "file-access", access), "value");
    EntryPool.ofThisJvm().clear();
    try (TaskReader reader = new TaskReader(task, "packed", new ScanMetrics())) {
      TaskBatch batch = reader.next();
      VarBinaryVector value = (VarBinaryVector) batch.columns().get(0).vector();
      assertEquals(length, value.getValueLength(0));
      assertFalse(value.isNull(0));
      // The document and the value; the packed bytes, which are as many, are gone.
      long held = Allocators.root().getAllocatedMemory();
      assertTrue(held >= 2L * length && held < 2.1 * length, held + " bytes");
    }
  }
}

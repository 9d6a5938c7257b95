package dev.envelope.scan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.AuthenticationException;
import dev.envelope.EnvelopeException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.memory.Allocators;
import dev.envelope.testing.EntryFile;
import dev.envelope.testing.EntryWriter;
import dev.envelope.testing.KindCell;
import dev.envelope.testing.Sealing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.arrow.vector.VarBinaryVector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code format = raw}: the payload of whatever there is, viewed, and nobody looks into it. */
final class RawEntriesTest {
  @TempDir Path directory;

  private final byte[] bytes = new byte[100_000];

  RawEntriesTest() {
    new Random(3).nextBytes(bytes);
    // Neither a frame nor an envelope.
    bytes[0] = (byte) 0x93;
  }

  @AfterEach
  void everythingIsGivenBack() {
    EntryPool.ofThisJvm().clear();
    assertEquals(0, Allocators.root().getAllocatedMemory());
  }

  private ScanTask raw(String key, String... more) {
    String[] options = new String[more.length + 4];
    System.arraycopy(new String[] {"key", key, "format", "raw"}, 0, options, 0, 4);
    System.arraycopy(more, 0, options, 4, more.length);
    return Scans.task(Scans.plan(directory, options), "value");
  }

  private static List<byte[]> values(ScanTask task) {
    List<byte[]> values = new ArrayList<>();
    try (TaskReader reader = new TaskReader(task, "raw", new ScanMetrics())) {
      for (TaskBatch batch = reader.next(); batch != null; batch = reader.next()) {
        assertEquals(1, batch.rowCount());
        values.add(vector(batch).get(0));
      }
    }
    return values;
  }

  private static VarBinaryVector vector(TaskBatch batch) {
    return (VarBinaryVector) batch.columns().get(0).vector();
  }

  private void isRead(byte[] expected, String key, String... more) {
    List<byte[]> values = values(raw(key, more));
    assertEquals(1, values.size());
    assertArrayEquals(expected, values.get(0));
  }

  private static String header(String format, String type) {
    return "{\"s\":\"mine\",\"m\":{\"format\":\"%s\",\"original_type\":\"%s\"},\"v\":\"2.0\"}"
        .formatted(format, type);
  }

  @ParameterizedTest
  @CsvSource({"true, map", "false, map", "true, read", "false, read"})
  void whatIsMappedIsViewedAndWhatIsReadIsNot(boolean framed, String access) {
    byte[] value = framed ? EntryWriter.frame(header("pickle", "object"), bytes) : bytes;
    Path file = new EntryWriter(directory).stored("k", value);
    long before = Allocators.allocated().getAllocatedMemory();
    try (TaskReader reader =
        new TaskReader(raw("k", "file-access", access), "raw", new ScanMetrics())) {
      VarBinaryVector vector = vector(reader.next());
      assertArrayEquals(bytes, vector.get(0));
      byte changed = (byte) (bytes[77_777] + 1);
      EntryWriter.overwrite(file, 14 + value.length - bytes.length + 77_777, changed);
      boolean mapped = access.equals("map");
      assertEquals(mapped ? changed : bytes[77_777], vector.get(0)[77_777]);
      long taken = Allocators.allocated().getAllocatedMemory() - before;
      assertTrue(mapped ? taken < 1000 : taken >= bytes.length, taken + " bytes");
      assertTrue(taken < bytes.length + 2000, taken + " bytes");
    }
  }

  @Test
  void aFrameOfAnyKindIsItsPayload() {
    EntryWriter writer = new EntryWriter(directory);
    // Whatever the header claims, also a checksum's place and compression, nothing is taken off.
    for (String format : List.of("arrow", "msgpack", "orjson", "numpy", "", "pickle")) {
      writer.stored("k", EntryWriter.frame(header(format, format), bytes));
      isRead(bytes, "k");
    }
    writer.stored("k", EntryWriter.frame("{\"s\":null,\"m\":{}}", new byte[0]));
    isRead(new byte[0], "k");
  }

  @Test
  void aFrameOfNoKnownKindPointsHere() {
    new EntryWriter(directory).stored("k", EntryWriter.frame(header("pickle", "object"), bytes));
    UnsupportedEntryException e =
        assertThrows(UnsupportedEntryException.class, () -> Scans.plan(directory, "key", "k"));
    assertTrue(e.getMessage().contains("format = raw"), e.getMessage());
    assertTrue(e.getMessage().contains("'pickle'"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"map", "read"})
  void aLegacyEnvelopeIsWhatItsBase64Spells(String access) {
    String envelope =
        "{\"data\":\"%s\",\"metadata\":{\"format\":\"pickle\"},\"serializer\":\"mine\"}"
            .formatted(Base64.getEncoder().encodeToString(bytes));
    new EntryWriter(directory).stored("k", envelope.getBytes(UTF_8));
    isRead(bytes, "k", "file-access", access);
  }

  @Test
  void realEntriesAreTheirPayloads() {
    for (String name : List.of("newest-map-default", "newest-np_2d-auto", "newest-map-orjson")) {
      KindCell cell = KindCell.named(name);
      EntryFile entry = cell.entry();
      entry.writeTo(directory);
      byte[] value = entry.value();
      int payload = Integer.parseInt(cell.header("payload_at"));
      isRead(Arrays.copyOfRange(value, payload, value.length), cell.key());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"map", "read"})
  void whatWasEncryptedIsDecrypted(String access) {
    String header =
        "{\"s\":\"mine\",\"m\":{\"format\":\"pickle\",\"compressed\":true,\"encrypted\":true,"
            + "\"tenant_id\":\"cross-sdk-test\"},\"v\":\"2.0\"}";
    byte[] sealed =
        new Sealing("61".repeat(32), "cross-sdk-test", List.of("k", "pickle", "True")).seal(bytes);
    Path file = new EntryWriter(directory).stored("k", EntryWriter.frame(header, sealed));
    String[] keyed = {"file-access", access, "master-key-secret", "61".repeat(32)};
    isRead(bytes, "k", keyed);
    // Raw is no way around the key, nor around the tag.
    assertThrows(AuthenticationException.class, () -> raw("k", "file-access", access));
    EntryWriter.overwrite(file, 5000, (byte) 1, (byte) 2);
    // What was decrypted before would be lent out still.
    EntryPool.ofThisJvm().clear();
    assertThrows(AuthenticationException.class, () -> values(raw("k", keyed)));
  }

  @Test
  void realEncryptedEntriesAreDecryptedAndNotUnpacked() {
    for (String name : List.of("newest-map-default-secret", "newest-matrix_table-arrow-secret")) {
      KindCell cell = KindCell.named(name);
      cell.entry().writeTo(directory);
      Map<String, String> options = new TreeMap<>(cell.options());
      List<String> more = new ArrayList<>();
      options.forEach((option, value) -> more.addAll(List.of(option, value)));
      byte[] value = cell.entry().value();
      int payload = Integer.parseInt(cell.header("payload_at"));
      List<byte[]> read = values(raw(cell.key(), more.toArray(String[]::new)));
      assertEquals(value.length - payload - 28, read.get(0).length);
    }
  }

  @Test
  void aReaderWithAKeyTakesNoRawBytesEither() {
    EntryWriter writer = new EntryWriter(directory);
    writer.stored("neither", bytes);
    writer.stored("frame", EntryWriter.frame(header("pickle", "object"), bytes));
    for (String key : List.of("neither", "frame")) {
      String[] keyed = {"master-key-secret", "61".repeat(32), "on-corrupt", "skip"};
      assertThrows(AuthenticationException.class, () -> raw(key, keyed));
      isRead(bytes, key, "master-key-secret", "61".repeat(32), "allow-plaintext", "true");
    }
  }

  @Test
  void aFrameThatIsDamagedIsNotHandedOut() {
    byte[] frame = EntryWriter.frame(header("pickle", "object"), bytes);
    frame[3] = 0x7F;
    new EntryWriter(directory).stored("k", frame);
    assertThrows(EnvelopeException.class, () -> raw("k"));
  }
}

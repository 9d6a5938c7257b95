package dev.envelope.scan;

import static dev.envelope.scan.Scans.numbers;
import static dev.envelope.scan.Scans.options;
import static dev.envelope.scan.Scans.plan;
import static dev.envelope.scan.Scans.range;
import static dev.envelope.scan.Scans.task;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.AuthenticationException;
import dev.envelope.EnvelopeException;
import dev.envelope.crypto.MasterKeyProvider;
import dev.envelope.memory.Allocators;
import dev.envelope.testing.EntryWriter;
import dev.envelope.testing.Sealing;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who may see what is encrypted: what one reader of this JVM has decrypted is nothing to another
 * that lacks the key, a reader with a key takes nothing else, and keys appear in no text and travel
 * only where they were given as options.
 */
final class SealedEntriesTest {
  private static final String MASTER = "61".repeat(32);
  private static final String OTHER = "62".repeat(32);
  private static final String TENANT = "cross-sdk-test";
  private static final String HEADER =
      "{\"s\":\"arrow\",\"m\":{\"format\":\"arrow\",\"encoding\":\"utf-8\",\"compressed\":false,"
          + "\"original_type\":\"arrow\",\"encrypted\":true,\"tenant_id\":\"cross-sdk-test\","
          + "\"encryption_algorithm\":\"AES-256-GCM\","
          + "\"key_fingerprint\":\"96179a9bc881aa7ca83f04b78a66afd3\"},\"v\":\"2.0\"}";

  @TempDir Path directory;

  @AfterEach
  void everythingIsGivenBack() {
    EntryPool.ofThisJvm().clear();
    assertEquals(0, Allocators.root().getAllocatedMemory());
  }

  private Path seal(String key, int rows) {
    byte[] table =
        EntryWriter.arrow(
            new Schema(List.of(EntryWriter.field("n", new ArrowType.Int(64, true)))),
            1,
            (root, index) -> {
              BigIntVector vector = (BigIntVector) root.getVector("n");
              vector.allocateNew(rows);
              for (int i = 0; i < rows; i++) {
                vector.set(i, i);
              }
              root.setRowCount(rows);
            });
    byte[] payload =
        new Sealing(MASTER, TENANT, List.of(key, "arrow", "False", "arrow"))
            .seal(EntryWriter.withChecksum(table));
    return new EntryWriter(directory).stored(key, EntryWriter.frame(HEADER, payload));
  }

  private static AuthenticationException isRefused(Executable reading) {
    return assertThrows(AuthenticationException.class, reading);
  }

  private ScanPlan keyed(String... more) {
    String[] options = new String[more.length + 4];
    System.arraycopy(new String[] {"key", "k", "master-key-secret", MASTER}, 0, options, 0, 4);
    System.arraycopy(more, 0, options, 4, more.length);
    return plan(directory, options);
  }

  private static List<Long> read(ScanPlan plan) {
    return numbers(task(plan, "n"), new ScanMetrics());
  }

  @ParameterizedTest
  @ValueSource(strings = {"map", "read"})
  void whatOneReaderDecryptedIsNothingToAnother(String access) {
    seal("k", 10);
    ScanPlan plan = keyed("file-access", access, "region-linger", "1h");
    ScanTask task = task(plan, "n");
    String[][] others = {
      {},
      {"master-key-secret", OTHER},
      {"master-key-secret", MASTER, "tenant", "another"},
      {"master-key-secret", OTHER, "allow-plaintext", "true"},
    };
    try (TaskReader open = new TaskReader(task, "open", new ScanMetrics())) {
      assertEquals(range(0, 10), numbers(open.next()));
      whatIsOpenIsHidden(task, access, others);
      assertEquals(range(0, 10), read(keyed("file-access", access)));
    }
    // It lingers now, and the plan cache knows its columns.
    assertTrue(Allocators.allocated().getAllocatedMemory() > 0);
    whatIsOpenIsHidden(task, access, others);
  }

  private void whatIsOpenIsHidden(ScanTask task, String access, String[][] others) {
    for (String[] more : others) {
      String[] all = new String[more.length + 4];
      System.arraycopy(new String[] {"key", "k", "file-access", access}, 0, all, 0, 4);
      System.arraycopy(more, 0, all, 4, more.length);
      isRefused(() -> plan(directory, all));
      ScanTask stolen = Scans.with(task, options(directory, all));
      isRefused(() -> numbers(stolen, new ScanMetrics()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"map", "read"})
  void plaintextThatOthersReadIsRefusedWithAKeyStill(String access) {
    new EntryWriter(directory).numbers("k", 0, 10);
    ScanTask task = task(plan(directory, "key", "k", "file-access", access), "n");
    try (TaskReader open = new TaskReader(task, "open", new ScanMetrics())) {
      assertEquals(range(0, 10), numbers(open.next()));
      for (String onCorrupt : List.of("fail", "skip")) {
        AuthenticationException e =
            isRefused(() -> keyed("file-access", access, "on-corrupt", onCorrupt));
        assertTrue(e.getMessage().contains("allow-plaintext"), e.getMessage());
      }
      assertEquals(range(0, 10), read(keyed("file-access", access, "allow-plaintext", "true")));
    }
  }

  @Test
  void readingPlaintextBesideAKeyIsSaidOnceByEachPlanAndTask() {
    EntryWriter writer = new EntryWriter(directory);
    for (int i = 0; i < 5; i++) {
      writer.numbers("k" + i, 0, 10);
    }
    String[] allowed = {"master-key-secret", MASTER, "allow-plaintext", "true"};
    ScanPlan[] plan = new ScanPlan[1];
    String planning = logged(() -> plan[0] = plan(directory, allowed));
    String running = logged(() -> assertEquals(50, read(plan[0]).size()));
    for (String lines : List.of(planning, running)) {
      assertEquals(1, lines.lines().count(), lines);
      assertTrue(lines.contains("WARN dev.envelope.scan.Unwrapper"), lines);
      assertTrue(lines.contains("not encrypted"), lines);
      assertTrue(lines.contains("allow-plaintext"), lines);
      assertTrue(lines.contains(directory.toString()), lines);
      assertFalse(lines.contains("6161"), lines);
    }
    assertEquals("", logged(() -> read(plan(directory))), "without a key there is nothing to say");
    seal("k", 10);
    assertEquals("", logged(() -> read(keyed("allow-plaintext", "true"))));
  }

  private static String logged(Runnable what) {
    PrintStream before = System.err;
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    System.setErr(new PrintStream(lines, true, UTF_8));
    try {
      what.run();
    } finally {
      System.setErr(before);
    }
    return lines.toString(UTF_8);
  }

  @Test
  void anEntryOfAFileCacheNeedsItsKeysName() throws IOException {
    Path file = seal("the:key", 10);
    for (String onCorrupt : List.of("fail", "skip")) {
      AuthenticationException e =
          isRefused(() -> plan(directory, "master-key-secret", MASTER, "on-corrupt", onCorrupt));
      assertTrue(e.getMessage().contains(file.getFileName().toString()), e.getMessage());
      assertTrue(e.getMessage().contains("a file cache keeps no keys"), e.getMessage());
      assertTrue(
          e.getMessage().contains("give the key by 'key', 'keys' or 'key-file'"), e.getMessage());
    }
    Path names = Files.writeString(directory.resolve("names.txt"), "the:key\n");
    for (String[] named :
        new String[][] {
          {"key", "the:key"}, {"keys", "[\"the:key\"]"}, {"key-file", names.toString()}
        }) {
      ScanPlan plan = plan(directory, named[0], named[1], "master-key-secret", MASTER);
      assertEquals(range(0, 10), read(plan));
    }
  }

  @Test
  void theTenantIsHeldAgainstTheOneThatIsAskedFor() {
    seal("k", 10);
    assertEquals(range(0, 10), read(keyed("tenant", TENANT)));
    AuthenticationException e = isRefused(() -> keyed("tenant", "cross-sdk-tests"));
    assertTrue(e.getMessage().contains("tenant '" + TENANT + "'"), e.getMessage());
    assertTrue(e.getMessage().contains("cross-sdk-tests"), e.getMessage());
  }

  @Test
  void anEncryptedEntryThatIsReadCostsOneRegion() throws IOException {
    Path file = seal("k", 1_000_000);
    long size = Files.size(file);
    ScanTask task = task(keyed("file-access", "read", "memory-limit", "64m"), "n");
    EntryPool.ofThisJvm().clear();
    ScanMetrics metrics = new ScanMetrics();
    // A second region of its size does not fit.
    long limit = size + size / 50;
    ScanTask limited =
        Scans.with(
            task,
            options(
                directory,
                "key",
                "k",
                "master-key-secret",
                MASTER,
                "file-access",
                "read",
                "memory-limit",
                Long.toString(limit)));
    assertEquals(1_000_000, numbers(limited, metrics).size());
    assertTrue(metrics.peakBytes() <= limit, metrics.peakBytes() + " for " + size + " bytes");
    assertEquals(0, Allocators.mapped().getAllocatedMemory());
  }

  @Test
  void aMappedEncryptedEntryCostsARegionForThePlaintext() throws IOException {
    Path file = seal("k", 1_000_000);
    long size = Files.size(file);
    byte[] before = Files.readAllBytes(file);
    ScanTask task = task(keyed("file-access", "map"), "n");
    EntryPool.ofThisJvm().clear();
    try (TaskReader reader = new TaskReader(task, "mapped", new ScanMetrics())) {
      assertEquals(1_000_000, reader.next().rowCount());
      assertEquals(0, Allocators.mapped().getAllocatedMemory(), "the map is not needed any more");
      long held = Allocators.allocated().getAllocatedMemory();
      assertTrue(held > 8_000_000 && held < size + size / 20, held + " bytes");
    }
    assertEquals(-1, java.util.Arrays.mismatch(before, Files.readAllBytes(file)));
  }

  private static String serialized(ScanTask task) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(task);
    }
    return bytes.toString(ISO_8859_1);
  }

  /** The check value's key. */
  public static final class Provider implements MasterKeyProvider {
    @Override
    public List<byte[]> masterKeys() {
      return List.of(HexFormat.of().parseHex(MASTER));
    }
  }

  private static boolean holdsKey(String text) {
    // Half a key, in hexadecimal or as bytes.
    return text.contains(MASTER.substring(32)) || text.contains("a".repeat(16));
  }

  @ParameterizedTest
  @CsvSource({
    "master-key-secret-file, KEYS, false",
    "master-key-provider, dev.envelope.scan.SealedEntriesTest$Provider, false",
    "master-key-secret, KEY, true"
  })
  void keysTravelOnlyWhereTheyWereGivenAsOptions(String option, String value, boolean travels)
      throws IOException, ClassNotFoundException {
    Path keys = Files.writeString(directory.resolve("keys"), MASTER + "\n");
    String given = value.equals("KEYS") ? keys.toString() : value.equals("KEY") ? MASTER : value;
    seal("k", 10);
    ScanPlan plan = plan(directory, "key", "k", option, given);
    ScanTask task = task(plan, "n");
    String sent = serialized(task);
    assertEquals(travels, holdsKey(sent));
    for (Object shown : List.of(plan, task, plan.options(), plan.options().masterKeys())) {
      assertFalse(holdsKey(shown.toString()), shown::toString);
    }
    ScanTask arrived;
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(sent.getBytes(ISO_8859_1)))) {
      arrived = (ScanTask) in.readObject();
    }
    EntryPool.ofThisJvm().clear();
    assertEquals(range(0, 10), numbers(arrived, new ScanMetrics()));
  }

  @Test
  void noErrorShowsAKeyOrAValue() {
    Path file = seal("k", 10);
    String[][] wrong = {
      {"key", "k"},
      {"key", "k", "master-key-secret", OTHER},
      {"key", "k", "master-key-secret", MASTER, "tenant", "another"},
      {"master-key-secret", MASTER},
      {"key", "k", "master-key-secret", MASTER.substring(2)},
      {"key", "k", "master-key-secret", MASTER.substring(1)},
      {"key", "k", "master-key-secret", MASTER, "previous-master-key-secrets", MASTER},
    };
    for (String[] options : wrong) {
      EnvelopeException e = assertThrows(EnvelopeException.class, () -> plan(directory, options));
      StringWriter all = new StringWriter();
      e.printStackTrace(new PrintWriter(all));
      assertFalse(holdsKey(all.toString()), all::toString);
      assertFalse(all.toString().contains(OTHER.substring(32)), all::toString);
    }
    EntryWriter.overwrite(file, 600, (byte) 0);
    StringWriter all = new StringWriter();
    isRefused(() -> keyed()).printStackTrace(new PrintWriter(all));
    assertFalse(holdsKey(all.toString()), all::toString);
    assertTrue(all.toString().contains("'k'"), all::toString);
  }
}

package dev.envelope.scan;

import static dev.envelope.scan.Scans.numbers;
import static dev.envelope.scan.Scans.options;
import static dev.envelope.scan.Scans.plan;
import static dev.envelope.scan.Scans.range;
import static dev.envelope.scan.Scans.task;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.CorruptEntryException;
import dev.envelope.EnvelopeException;
import dev.envelope.InvalidOptionException;
import dev.envelope.memory.Allocators;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.testing.BatchWalker;
import dev.envelope.testing.EntryFile;
import dev.envelope.testing.EntryWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** In every mode the same rows come, from the bytes that the mode promises to take. */
final class ReadModesTest {
  private static final int COLUMNS = 20;

  @TempDir Path directory;

  @AfterEach
  void everythingIsGivenBack() {
    EntryPool.ofThisJvm().clear();
    assertEquals(0, Allocators.root().getAllocatedMemory());
  }

  /** Modes by the options that ask for them. */
  private static final Map<String, String[]> MODES =
      new TreeMap<>(
          Map.of(
              "streaming", new String[] {"read-mode", "streaming"},
              "streaming unchecked", new String[] {"read-mode", "streaming", "integrity", "skip"},
              "projected", new String[] {"read-mode", "projected"}));

  private static String[] reading(String... more) {
    String[] all = Arrays.copyOf(new String[] {"file-access", "read"}, 2 + more.length);
    System.arraycopy(more, 0, all, 2, more.length);
    return all;
  }

  private static TaskReader inParts(ScanTask task, ScanMetrics metrics) {
    return new TaskReader(task, "in parts", metrics, 0);
  }

  private static BatchWalker walk(ScanTask task, ScanMetrics metrics) {
    BatchWalker walker = new BatchWalker();
    try (TaskReader reader = inParts(task, metrics)) {
      for (TaskBatch batch = reader.next(); batch != null; batch = reader.next()) {
        walker.walk(batch);
      }
    }
    return walker;
  }

  static Stream<String[]> tables() throws Exception {
    return BundledEntriesTest.tables().filter(table -> table[2].equals("read"));
  }

  @ParameterizedTest
  @MethodSource("tables")
  void everyModeGivesTheRowsOfVerified(String name, String key) {
    Path entries = BundledEntriesTest.ENTRIES.resolve("cache");
    ScanPlan verified =
        ScanPlanner.plan(EnvelopeOptions.parse(Map.of("path", entries.toString(), "key", key)));
    String[] columns =
        verified.columns().stream()
            .map(TableColumn::field)
            .filter(BundledEntriesTest::readable)
            .map(Field::getName)
            .toArray(String[]::new);
    BatchWalker expected = walk(task(verified, columns), new ScanMetrics());
    for (String[] mode : MODES.values()) {
      EnvelopeOptions options = options(entries, reading(mode));
      ScanTask all = Scans.with(task(verified, columns), options);
      BatchWalker actual = walk(all, new ScanMetrics());
      assertEquals(expected.rows(), actual.rows(), name + Arrays.toString(mode));
      assertEquals(expected.hashes(), actual.hashes(), name + Arrays.toString(mode));
      for (String column : columns) {
        BatchWalker one = walk(Scans.with(task(verified, column), options), new ScanMetrics());
        assertEquals(expected.rows(), one.rows());
        assertTrue(
            expected.hashes().entrySet().containsAll(one.hashes().entrySet()),
            name + " " + column + Arrays.toString(mode));
      }
    }
  }

  /** Numbers in some columns; each batch takes {@code COLUMNS} times eight bytes a row. */
  private Path wide(int batches, int rows) {
    List<Field> fields = new ArrayList<>();
    for (int c = 0; c < COLUMNS; c++) {
      fields.add(EntryWriter.field(c == 7 ? "n" : "c" + c, new ArrowType.Int(64, true)));
    }
    return new EntryWriter(directory)
        .table(
            "wide",
            new Schema(fields),
            batches,
            (root, index) -> {
              for (int c = 0; c < COLUMNS; c++) {
                BigIntVector vector = (BigIntVector) root.getVector(c);
                vector.allocateNew(rows);
                for (int i = 0; i < rows; i++) {
                  vector.set(i, (long) index * rows + i);
                }
              }
              root.setRowCount(rows);
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"verify", "skip"})
  void streamingHoldsThreeBatches(String integrity) throws IOException {
    int rows = 10_000;
    Path file = wide(20, rows);
    ScanPlan plan = plan(directory, reading("read-mode", "streaming", "integrity", integrity));
    ScanMetrics metrics = new ScanMetrics();
    List<Long> read = new ArrayList<>();
    try (TaskReader reader = inParts(task(plan, "n"), metrics)) {
      for (TaskBatch batch = reader.next(); batch != null; batch = reader.next()) {
        read.addAll(numbers(batch));
      }
    }
    assertEquals(range(0, 20L * rows), read);
    // One before, the one in hand, and the one on its way; each with its bitmaps and metadata.
    long batch = COLUMNS * (8L * rows + rows / 8);
    assertTrue(metrics.peakBytes() >= 2 * batch, metrics.toString());
    assertTrue(metrics.peakBytes() < 3.1 * batch, metrics.toString());
    assertTrue(metrics.copiedBytes() <= Files.size(file), metrics.toString());
    assertTrue(metrics.copiedBytes() > 20 * batch, metrics.toString());
    assertEquals(integrity.equals("verify"), metrics.checksumNanos() > 0);
    assertEquals(1, metrics.entries());
  }

  @Test
  void projectionPullsTheWantedColumnsOnly() {
    int rows = 50_000;
    wide(4, rows);
    String[] options = reading("read-mode", "projected");
    ScanMetrics metrics = new ScanMetrics();
    ScanTask task = task(plan(directory, options), "n", "c3");
    try (TaskReader reader = inParts(task, metrics)) {
      long sum = 0;
      for (TaskBatch batch = reader.next(); batch != null; batch = reader.next()) {
        sum += numbers(batch).stream().mapToLong(Long::longValue).sum();
      }
      assertEquals(4L * rows * (4L * rows - 1) / 2, sum);
    }
    long two = 2 * 4L * (8L * rows + rows / 8);
    assertTrue(metrics.copiedBytes() >= two, metrics.toString());
    assertTrue(metrics.copiedBytes() < 1.1 * two, metrics.toString());
    assertEquals(0, metrics.checksumNanos());
    ScanMetrics none = new ScanMetrics();
    assertEquals(4L * rows, walk(task(plan(directory, options)), none).rows());
    assertEquals(0, none.copiedBytes(), "rows are counted from metadata");
  }

  @Test
  void aStreamedEntryFitsWhereAWholeOneDoesNot() {
    wide(20, 10_000);
    long limit = 4L * COLUMNS * 10_000 * 9;
    String[] streaming = reading("read-mode", "streaming", "memory-limit", Long.toString(limit));
    assertEquals(200_000, walk(task(plan(directory, streaming), "n"), new ScanMetrics()).rows());
    String[] verified = reading("memory-limit", Long.toString(limit));
    ScanTask whole = task(plan(directory, verified), "n");
    assertThrows(InvalidOptionException.class, () -> walk(whole, new ScanMetrics()));
    // No room for a head start: slower, but read all the same.
    String[] tight =
        reading("read-mode", "streaming", "memory-limit", Long.toString(limit * 5 / 8));
    assertEquals(200_000, walk(task(plan(directory, tight), "n"), new ScanMetrics()).rows());
  }

  @Test
  void aDamagedByteFailsAStreamedEntryLateAndGoesUnseenWithoutTheChecksum() throws IOException {
    Path file = wide(6, 1000);
    byte[] bytes = Files.readAllBytes(file);
    // Among the values of the last batch.
    int at = bytes.length - COLUMNS * 8000 / 2;
    EntryWriter.overwrite(file, at, (byte) (bytes[at] ^ 1));
    ScanPlan plan = plan(directory, reading("read-mode", "streaming"));
    String[] all = plan.columns().stream().map(c -> c.field().getName()).toArray(String[]::new);
    try (TaskReader reader = inParts(task(plan, all), new ScanMetrics())) {
      for (int i = 0; i < 5; i++) {
        assertEquals(1000, reader.next().rowCount());
      }
      CorruptEntryException error = assertThrows(CorruptEntryException.class, reader::next);
      assertTrue(error.getMessage().contains("checksum"), error.getMessage());
      assertNotNull(error.entry());
    }
    for (String mode : List.of("streaming unchecked", "projected")) {
      ScanPlan unchecked = plan(directory, reading(MODES.get(mode)));
      assertEquals(6000, walk(task(unchecked, all), new ScanMetrics()).rows(), mode);
    }
  }

  @Test
  void whicheverByteIsDamagedStreamingNoticesIt() throws IOException {
    for (String name : List.of("small_batches", "small_batches_none", "categoricals_none")) {
      EntryFile entry = EntryFile.bundled(name);
      for (int at = entry.payloadAt(); at < entry.size(); at += 17) {
        int place = at;
        entry.edited(file -> file.put(place, (byte) ~file.get(place))).writeTo(directory);
        assertThrows(
            EnvelopeException.class,
            () -> {
              ScanPlan plan =
                  plan(directory, reading("read-mode", "streaming", "key", entry.key()));
              String[] all =
                  plan.columns().stream().map(c -> c.field().getName()).toArray(String[]::new);
              walk(task(plan, all), new ScanMetrics());
            },
            name + " at " + at);
        assertEquals(0, Allocators.allocated().getAllocatedMemory(), name + " at " + at);
      }
    }
  }

  @Test
  void whicheverByteIsDamagedProjectionIsSafe() throws IOException {
    int refused = 0;
    int read = 0;
    for (String name : List.of("small_batches", "categoricals_none", "strings_layouts_none")) {
      EntryFile entry = EntryFile.bundled(name);
      for (int at = entry.payloadAt(); at < entry.size(); at += 5) {
        int place = at;
        entry.edited(file -> file.put(place, (byte) ~file.get(place))).writeTo(directory);
        try {
          ScanPlan plan = plan(directory, reading("read-mode", "projected", "key", entry.key()));
          String[] all =
              plan.columns().stream().map(c -> c.field().getName()).toArray(String[]::new);
          walk(task(plan, all), new ScanMetrics());
          read++;
        } catch (EnvelopeException e) {
          refused++;
        }
        assertEquals(0, Allocators.allocated().getAllocatedMemory(), name + " at " + at);
      }
    }
    assertTrue(refused > 100, refused + " refused");
    assertTrue(read > 100, read + " read");
  }

  @Test
  void closingFreesEverythingAtAnyPoint() {
    wide(5, 1000);
    for (String[] mode : MODES.values()) {
      ScanTask task = task(plan(directory, reading(mode)), "n", "c1");
      for (int batches = 0; batches <= 6; batches++) {
        TaskReader reader = inParts(task, new ScanMetrics());
        for (int i = 0; i < batches; i++) {
          assertEquals(i < 5, reader.next() != null);
        }
        reader.close();
        assertEquals(0, Allocators.root().getAllocatedMemory());
      }
    }
  }

  @Test
  void whatIsCutIntoTasksDependsOnTheMode() {
    wide(8, 1000);
    Map<String, Integer> tasks = new TreeMap<>();
    for (Map.Entry<String, String[]> mode : MODES.entrySet()) {
      String[] options = reading(mode.getValue());
      options = Arrays.copyOf(options, options.length + 2);
      options[options.length - 2] = "split-size";
      options[options.length - 1] = "1";
      ScanPlan plan = plan(directory, options);
      List<Long> read = new ArrayList<>();
      List<ScanTask> cut = plan.tasks(List.of("n"), 4, Long.MAX_VALUE);
      for (ScanTask task : cut) {
        try (TaskReader reader = inParts(task, new ScanMetrics())) {
          for (TaskBatch batch = reader.next(); batch != null; batch = reader.next()) {
            read.addAll(numbers(batch));
          }
        }
      }
      assertEquals(range(0, 8000), read);
      tasks.put(mode.getKey(), cut.size());
    }
    assertEquals(Map.of("streaming", 1, "streaming unchecked", 8, "projected", 8), tasks);
    assertEquals(8, tasksOf("file-access", "read").size(), "files are local");
    assertEquals(1, tasksOf("file-access", "read", "split", "never").size());
    assertEquals(8, tasksOf("read-mode", "streaming").size(), "mapped");
    // Cut at a limit, a streamed entry would lack its checksum.
    EntrySlice limited =
        plan(directory, reading("read-mode", "streaming"))
            .tasks(List.of("n"), 4, 10)
            .get(0)
            .slices()
            .get(0);
    assertEquals(8, limited.to());
  }

  private List<ScanTask> tasksOf(String... options) {
    String[] all = Arrays.copyOf(options, options.length + 2);
    all[options.length] = "split-size";
    all[options.length + 1] = "1";
    return plan(directory, all).tasks(List.of("n"), 4, Long.MAX_VALUE);
  }

  @Test
  void mappedFilesAreMappedInEveryMode() throws IOException {
    Path file = wide(3, 1000);
    for (String mode : List.of("verified", "streaming", "projected")) {
      EntryPool.ofThisJvm().clear();
      ScanMetrics metrics = new ScanMetrics();
      assertEquals(3000, walk(task(plan(directory, "read-mode", mode), "n"), metrics).rows());
      assertEquals(Files.size(file) - 14, metrics.mappedBytes());
      assertEquals(0, metrics.copiedBytes());
      assertEquals(!mode.equals("projected"), metrics.checksumNanos() > 0, mode);
    }
  }

  @Test
  void smallEntriesComeWhole() throws IOException {
    Path file = wide(3, 10);
    ScanMetrics metrics = new ScanMetrics();
    ScanTask task = task(plan(directory, reading("read-mode", "projected")), "n");
    assertEquals(range(0, 30), numbers(task, metrics));
    assertEquals(Files.size(file) - 14, metrics.copiedBytes());
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    List<String[]> refused =
        List.of(
            new String[] {"read-mode", "projected", "integrity", "verify"},
            new String[] {"read-mode", "streaming", "on-corrupt", "skip"},
            new String[] {"read-mode", "streaming", "split", "always"});
    for (String[] options : refused) {
      InvalidOptionException error =
          assertThrows(InvalidOptionException.class, () -> options(directory, options));
      assertTrue(error.getMessage().contains("'" + options[2] + "'"), error.getMessage());
    }
    assertNotEquals(
        options(directory), options(directory, "read-mode", "projected", "on-corrupt", "skip"));
  }

  @Test
  void whereCorruptEntriesAreSkippedAProjectedOneIsCheckedBeforeARowLeaves() throws IOException {
    EntryFile entry = EntryFile.bundled("many_batches");
    ScanMetrics sound = new ScanMetrics();
    entry.writeTo(directory);
    String[] options = reading("read-mode", "projected", "on-corrupt", "skip", "key", entry.key());
    ScanPlan plan = plan(directory, options);
    String[] all = plan.columns().stream().map(c -> c.field().getName()).toArray(String[]::new);
    assertEquals(100_000, walk(task(plan, all), sound).rows());
    // The metadata of the last batch, which planning has seen when it was sound.
    ScanTask task = task(plan, all);
    byte[] bytes = entry.bytes();
    for (int i = bytes.length - 30_000; i < bytes.length - 3_000; i++) {
      bytes[i] = (byte) ~bytes[i];
    }
    entry.with(bytes).writeTo(directory);
    ScanMetrics metrics = new ScanMetrics();
    try (TaskReader reader = inParts(task, metrics)) {
      assertNull(reader.next());
    }
    assertEquals(1, metrics.skippedEntries());
  }
}

package dev.envelope.scan;

import static dev.envelope.scan.Scans.numbers;
import static dev.envelope.scan.Scans.options;
import static dev.envelope.scan.Scans.plan;
import static dev.envelope.scan.Scans.range;
import static dev.envelope.scan.Scans.task;
import static dev.envelope.scan.Scans.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.CorruptEntryException;
import dev.envelope.EnvelopeException;
import dev.envelope.InvalidOptionException;
import dev.envelope.MissingEntryException;
import dev.envelope.entry.FileHeader;
import dev.envelope.entry.FileName;
import dev.envelope.memory.Allocators;
import dev.envelope.testing.EntryWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An entry is pulled and verified once for all tasks, kept for a while, and given up in time. */
final class EntryPoolTest {
  private static final int ROWS = 1000;

  /** More than a megabyte. */
  private static final int MANY = 200_000;

  @TempDir Path directory;

  private EntryWriter writer;

  @BeforeEach
  void open() {
    writer = new EntryWriter(directory);
  }

  @AfterEach
  void everythingIsGivenBack() {
    EntryPool.ofThisJvm().clear();
    assertEquals(0, Allocators.root().getAllocatedMemory());
  }

  private ScanMetrics read(ScanTask task) {
    ScanMetrics metrics = new ScanMetrics();
    assertEquals(range(0, ROWS), numbers(task, metrics));
    return metrics;
  }

  private static long size(Path file) throws IOException {
    return Files.size(file) - FileHeader.LENGTH;
  }

  private static boolean isMapped(Path file) throws IOException {
    try (var lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines.anyMatch(line -> line.contains(file.toString()));
    }
  }

  /** Reads an entry, and tells where in memory its numbers were. */
  private static long addressOf(ScanTask task) {
    try (TaskReader reader = new TaskReader(task, "reader", new ScanMetrics())) {
      return reader.next().columns().get(0).vector().getDataBufferAddress();
    }
  }

  private static long copied(ScanTask task) {
    ScanMetrics metrics = new ScanMetrics();
    assertEquals(range(0, MANY), numbers(task, metrics));
    return metrics.copiedBytes();
  }

  @Test
  void theMemoryOfAnEntryThatWouldGoIsTakenOver() throws Exception {
    long size = size(writer.numbers("a", 0, MANY));
    writer.numbers("b", 0, MANY);
    for (boolean room : new boolean[] {false, true}) {
      String most = Long.toString(room ? 3 * size : size + size / 2);
      Function<String, ScanTask> of =
          key ->
              task(
                  plan(directory, "file-access", "read", "key", key, "region-linger-size", most),
                  "n");
      long first = addressOf(of.apply("a"));
      // The first one is still there, so that equal addresses cannot be chance.
      long second = addressOf(of.apply("b"));
      assertEquals(!room, first == second);
      assertEquals(room ? 0 : size, copied(of.apply("a")));
      EntryPool.ofThisJvm().clear();
    }
  }

  @Test
  void memoryThatIsStillLookedAtIsNotTakenOver() throws Exception {
    long size = size(writer.numbers("a", 0, MANY));
    writer.numbers("b", MANY, MANY);
    String most = Long.toString(size + size / 2);
    ScanTask first =
        task(plan(directory, "file-access", "read", "key", "a", "region-linger-size", most), "n");
    ScanTask second =
        task(plan(directory, "file-access", "read", "key", "b", "region-linger-size", most), "n");
    try (TaskReader reader = new TaskReader(first, "reader", new ScanMetrics())) {
      TaskBatch batch = reader.next();
      assertEquals(null, reader.next(), "the entry is given back, its batch is not");
      addressOf(second);
      assertEquals(range(0, MANY), numbers(batch));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"map", "read"})
  void eightThreadsShareOnePullAndOneVerification(String access) throws Exception {
    Path file = writer.numbers("k", 0, ROWS);
    ScanTask task = task(plan(directory, "file-access", access), "n");
    CyclicBarrier open = new CyclicBarrier(8);
    List<Callable<ScanMetrics>> work = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      work.add(
          () -> {
            ScanMetrics metrics = new ScanMetrics();
            try (TaskReader reader = new TaskReader(task, "thread", metrics)) {
              open.await();
              assertEquals(range(0, ROWS), numbers(reader.next()));
              open.await();
            }
            return metrics;
          });
    }
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<ScanMetrics> all = new ArrayList<>();
    for (Future<ScanMetrics> done : threads.invokeAll(work)) {
      all.add(done.get());
    }
    threads.shutdown();
    assertEquals(1, all.stream().filter(m -> m.checksumNanos() > 0).count());
    boolean map = access.equals("map");
    assertEquals(map ? size(file) : 0, all.stream().mapToLong(ScanMetrics::mappedBytes).sum());
    assertEquals(map ? 0 : size(file), all.stream().mapToLong(ScanMetrics::copiedBytes).sum());
    assertEquals(8, all.stream().mapToLong(ScanMetrics::entries).sum());
  }

  @Test
  void aMappedEntryIsUnmappedWithItsLastTaskAndNotVerifiedAgain() throws IOException {
    Path file = writer.numbers("k", 0, ROWS);
    ScanTask task = task(plan(directory), "n");
    assertNotEquals(0, read(task).checksumNanos());
    assertFalse(isMapped(file));
    ScanMetrics again = read(task);
    assertEquals(0, again.checksumNanos());
    assertEquals(size(file), again.mappedBytes());
  }

  @Test
  void anExpiryRefreshedInPlaceIsNoReasonToVerifyAgain() throws IOException {
    Path file = writer.expiringAt(4_000_000_000L).numbers("k", 0, ROWS);
    ScanTask task = task(plan(directory), "n");
    assertNotEquals(0, read(task).checksumNanos());
    EntryWriter.refresh(file, 4_000_000_001L);
    touch(file, 1);
    assertEquals(0, read(task).checksumNanos());
    assertEquals(0, read(task).checksumNanos());
    // The refresh is what a change is told by from then on.
    damage(file);
    touch(file, 2);
    assertThrows(CorruptEntryException.class, () -> read(task));
  }

  @Test
  void bytesChangedInPlaceAreVerifiedAgainAndRefused() throws IOException {
    Path file = writer.numbers("k", 0, ROWS);
    ScanTask task = task(plan(directory), "n");
    read(task);
    damage(file);
    touch(file, 1);
    CorruptEntryException error = assertThrows(CorruptEntryException.class, () -> read(task));
    assertTrue(error.getMessage().contains("checksum"), error.getMessage());
    assertEquals(FileName.of("k"), error.entry());
    assertThrows(CorruptEntryException.class, () -> read(task));
  }

  /** Flips a bit among the values. */
  private static void damage(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int middle = bytes.length / 2;
    EntryWriter.overwrite(file, middle, (byte) (bytes[middle] ^ 1));
  }

  private static void touch(Path file, int second) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(1_700_000_000L + second)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"map", "read"})
  void aTaskThatVerifiesChecksWhatOthersHaveOpenWithoutTakingItAway(String access)
      throws IOException {
    Path file = writer.numbers("k", 0, ROWS, ROWS, ROWS);
    ScanPlan plan = plan(directory, "integrity", "skip", "file-access", access);
    ScanTask task = task(plan, "n");
    ScanTask verifying = with(task, options(directory, "file-access", access));
    ScanMetrics metrics = new ScanMetrics();
    try (TaskReader reader = new TaskReader(task, "skips", new ScanMetrics())) {
      assertEquals(range(0, ROWS), numbers(reader.next()));
      assertEquals(range(0, 3 * ROWS), numbers(verifying, metrics));
      assertNotEquals(0, metrics.checksumNanos());
      assertEquals(0, metrics.mappedBytes() + metrics.copiedBytes(), "what is open is used");
      assertEquals(range(ROWS, 2 * ROWS), numbers(reader.next()));
      assertEquals(range(2 * ROWS, 3 * ROWS), numbers(reader.next()));
    }
    EntryPool.ofThisJvm().clear();
    damage(file);
    try (TaskReader reader = new TaskReader(task, "skips", new ScanMetrics())) {
      assertEquals(ROWS, reader.next().rowCount());
      assertThrows(CorruptEntryException.class, () -> numbers(verifying, metrics));
      assertEquals(ROWS, reader.next().rowCount());
    }
  }

  @Test
  void skippingTheCheckComputesNoHash() throws IOException {
    Path file = writer.numbers("k", 0, ROWS);
    ScanTask task = task(plan(directory, "integrity", "skip"), "n");
    assertEquals(0, read(task).checksumNanos());
    damage(file);
    ScanMetrics metrics = new ScanMetrics();
    List<Long> numbers = numbers(task, metrics);
    assertNotEquals(range(0, ROWS), numbers);
    assertEquals(0, metrics.checksumNanos());
  }

  @Test
  void anEntryThatWasReadStaysForTheNextTask() throws Exception {
    Path file = writer.numbers("k", 0, ROWS);
    ScanTask task = task(plan(directory, "file-access", "read", "region-linger", "400ms"), "n");
    assertEquals(size(file), read(task).copiedBytes());
    assertTrue(Allocators.allocated().getAllocatedMemory() >= size(file));
    ScanMetrics again = read(task);
    assertEquals(0, again.copiedBytes());
    assertEquals(0, again.checksumNanos());
    await(() -> Allocators.allocated().getAllocatedMemory() == 0);
    assertEquals(size(file), read(task).copiedBytes());
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!condition.call()) {
      assertTrue(System.nanoTime() < end, "in time");
      Thread.sleep(10);
    }
  }

  @Test
  void withoutLingerNothingStays() {
    writer.numbers("k", 0, ROWS);
    ScanTask task = task(plan(directory, "file-access", "read", "region-linger", "0s"), "n");
    read(task);
    assertEquals(0, Allocators.root().getAllocatedMemory());
  }

  @Test
  void mappedEntriesDoNotLinger() {
    writer.numbers("k", 0, ROWS);
    read(task(plan(directory), "n"));
    assertEquals(0, Allocators.root().getAllocatedMemory());
  }

  @Test
  void whatLingersStaysUnderItsLimitAndTheOldestGoesFirst() throws IOException {
    long size = size(writer.numbers("a", 0, ROWS));
    writer.numbers("b", 0, ROWS);
    writer.numbers("c", 0, ROWS);
    String[] lingering = {
      "file-access", "read", "region-linger", "1h", "region-linger-size", 2 * size + 10 + "", "key"
    };
    List<ScanTask> tasks = new ArrayList<>();
    for (String key : new String[] {"a", "b", "c"}) {
      String[] all = java.util.Arrays.copyOf(lingering, lingering.length + 1);
      all[lingering.length] = key;
      tasks.add(task(plan(directory, all), "n"));
    }
    for (ScanTask task : tasks) {
      read(task);
      long held = Allocators.allocated().getAllocatedMemory();
      assertTrue(held < 3 * size, held + " bytes linger where " + 2 * size + " may");
    }
    assertEquals(0, read(tasks.get(2)).copiedBytes());
    assertEquals(0, read(tasks.get(1)).copiedBytes());
    assertEquals(size, read(tasks.get(0)).copiedBytes(), "the oldest had to go");
    // By now "c" is the one that was not used for longest.
    assertEquals(size, read(tasks.get(2)).copiedBytes());
  }

  @Test
  void anEntryLargerThanTheLingerLimitDoesNotStay() {
    writer.numbers("k", 0, ROWS);
    read(task(plan(directory, "file-access", "read", "region-linger-size", "10b"), "n"));
    assertEquals(0, Allocators.root().getAllocatedMemory());
  }

  @Test
  void beyondTheMemoryLimitATaskFailsAtOnceAndSaysWhy() throws IOException {
    long size = size(writer.numbers("k", 0, ROWS));
    for (long limit : new long[] {1, size / 2, size - 1}) {
      ScanTask task = task(plan(directory, "file-access", "read", "memory-limit", limit + ""), "n");
      InvalidOptionException error =
          assertTimeoutPreemptively(
              Duration.ofSeconds(5),
              () ->
                  assertThrows(
                      InvalidOptionException.class, () -> numbers(task, new ScanMetrics())));
      assertTrue(error.getMessage().contains("memory-limit = " + limit), error.getMessage());
      assertTrue(error.getMessage().contains(FileName.of("k")), error.getMessage());
      assertEquals(0, Allocators.root().getAllocatedMemory());
    }
  }

  @Test
  void aSecondTaskThatDoesNotFitFailsAndTheFirstGoesOn() throws IOException {
    long size = size(writer.numbers("a", 0, 10, ROWS));
    writer.numbers("b", 0, 10, ROWS);
    String[] limited = {"file-access", "read", "memory-limit", (size + 64 + 1024) + "", "key", "a"};
    ScanTask first = task(plan(directory, limited), "n");
    limited[5] = "b";
    ScanTask second = task(plan(directory, limited), "n");
    try (TaskReader reader = new TaskReader(first, "first", new ScanMetrics())) {
      assertEquals(range(0, 10), numbers(reader.next()));
      assertThrows(InvalidOptionException.class, () -> numbers(second, new ScanMetrics()));
      assertEquals(range(10, ROWS + 10), numbers(reader.next()));
    }
    // What lingers of the first makes room for the second.
    assertEquals(range(0, ROWS + 10), numbers(second, new ScanMetrics()));
  }

  @Test
  void whatLingersMakesRoomForDecompressing() throws IOException {
    Path entries = BundledEntriesTest.ENTRIES.resolve("cache");
    Path many = entries.resolve("44d63f5402b0c14812a5622def1447ab");
    Files.copy(many, directory.resolve(many.getFileName()));
    ScanPlan free = plan(directory);
    String[] columns = free.columns().stream().map(c -> c.field().getName()).toArray(String[]::new);
    ScanMetrics needs = new ScanMetrics();
    rows(task(free, columns), needs);
    long size = size(writer.numbers("k", 0, 40_000));
    String limit = needs.peakBytes() + size / 2 + "";
    ScanTask lingering =
        task(
            plan(
                directory,
                "file-access",
                "read",
                "memory-limit",
                limit,
                "region-linger",
                "1h",
                "key",
                "k"),
            "n");
    assertEquals(40_000, rows(lingering, new ScanMetrics()));
    assertTrue(Allocators.allocated().getAllocatedMemory() >= size);
    ScanTask decompressing = with(task(free, columns), options(directory, "memory-limit", limit));
    assertEquals(free.rows(), rows(onlyFrom(decompressing, many.getFileName()), new ScanMetrics()));
  }

  private static ScanTask onlyFrom(ScanTask task, Path file) {
    List<EntrySlice> slices =
        task.slices().stream().filter(s -> s.entry().id().name().equals(file.toString())).toList();
    return new ScanTask(task.location(), task.options(), task.columns(), slices);
  }

  private static long rows(ScanTask task, ScanMetrics metrics) {
    try (TaskReader reader = new TaskReader(task, "rows", metrics)) {
      while (reader.next() != null) {
        // Counted by the metrics.
      }
    }
    return metrics.rows();
  }

  /** What may happen to an entry between plan and read, and makes it another or none. */
  enum Change {
    REPLACED,
    REPLACED_BY_ONE_AS_LONG,
    VANISHED,
    EXPIRED
  }

  private void change(Path file, Change change) throws IOException {
    switch (change) {
      case REPLACED -> writer.numbers("k", 0, ROWS + 1);
      case REPLACED_BY_ONE_AS_LONG -> writer.numbers("k", 1, ROWS);
      case VANISHED -> Files.delete(file);
      case EXPIRED -> EntryWriter.refresh(file, 1);
    }
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.EnumSource(Change.class)
  void anEntryThatIsNotThePlannedOneAnyMoreIsMissing(Change change) throws IOException {
    Path file = writer.numbers("k", 0, ROWS);
    writer.numbers("other", 500, 10);
    String[] keys = {"keys", "k,other", "on-missing", "fail"};
    ScanTask failing = task(plan(directory, keys), "n");
    keys[3] = "skip";
    ScanTask skipping = task(plan(directory, keys), "n");
    change(file, change);
    MissingEntryException error =
        assertThrows(MissingEntryException.class, () -> numbers(failing, new ScanMetrics()));
    assertTrue(error.getMessage().contains("'k'"), error.getMessage());
    ScanMetrics metrics = new ScanMetrics();
    assertEquals(range(500, 510), numbers(skipping, metrics));
    assertEquals(1, metrics.skippedEntries());
    assertEquals(1, metrics.entries());
    // And nothing stands in the way of the new one.
    if (change == Change.REPLACED) {
      assertEquals(ROWS + 11, numbers(task(plan(directory), "n"), metrics).size());
    }
  }

  @Test
  void theSameBytesInAnotherFileAreTheSameVersion() throws IOException {
    Path file = writer.numbers("k", 0, ROWS);
    ScanTask task = task(plan(directory), "n");
    Path copy = Files.copy(file, directory.resolve("copy"));
    Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE);
    read(task);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cache-other/167906b3f8b69e0bd83f3c88e65ae841", // legacy with checksum
        "cache-other/24144ecc5eec8112c4ed90debf22a205", // legacy without
        "cache/00b424e24b210f78fc22080871786b84"
      })
  void anExpiryRefreshedInPlaceChangesNoVersion(String name) throws IOException {
    Path bundled = BundledEntriesTest.ENTRIES.resolve(name);
    Path file = Files.copy(bundled, directory.resolve(bundled.getFileName()));
    ScanPlan before = plan(directory);
    EntryWriter.refresh(file, 4_000_000_000L);
    touch(file, 5);
    ScanPlan after = plan(directory);
    assertEquals(before.entries().get(0).version(), after.entries().get(0).version());
    assertEquals(4_000_000_000L, after.entries().get(0).expiresAt());
    String[] columns =
        before.columns().stream().map(c -> c.field().getName()).toArray(String[]::new);
    ScanMetrics metrics = new ScanMetrics();
    assertEquals(before.rows(), rows(task(before, columns), metrics));
  }

  @ParameterizedTest
  @ValueSource(strings = {"verify", "skip"})
  void aCorruptEntryIsSkippedWholeAndCounted(String integrity) throws IOException {
    writer.numbers("a", 0, 10);
    Path bad = writer.numbers("b", 100, 10, 10, 10);
    writer.numbers("c", 1000, 10);
    String[] keys = {"keys", "a,b,c", "integrity", integrity, "on-corrupt", "skip"};
    ScanTask task = task(plan(directory, keys), "n");
    ScanTask failing = with(task, options(directory, "integrity", integrity, "on-corrupt", "fail"));
    // In the last of three batches: its null count no longer agrees with its bitmap.
    breakLastBitmap(bad);
    ScanMetrics metrics = new ScanMetrics();
    List<Long> expected = new ArrayList<>(range(0, 10));
    expected.addAll(range(1000, 1010));
    assertEquals(expected, numbers(task, metrics));
    assertEquals(1, metrics.skippedEntries());
    assertEquals(20, metrics.rows());
    assertEquals(2, metrics.batches());
    CorruptEntryException error =
        assertThrows(CorruptEntryException.class, () -> numbers(failing, new ScanMetrics()));
    assertEquals("b", error.entry());
  }

  /** Writers put the bitmap of ten rows before the values 120 and so on. */
  private static void breakLastBitmap(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    for (int i = bytes.length - 16; i > 0; i--) {
      if (bytes[i] == 120 && bytes[i + 8] == 121) {
        assertEquals(-1, bytes[i - 8], "the bitmap");
        EntryWriter.overwrite(file, i - 8, (byte) 0x7f);
        return;
      }
    }
    throw new AssertionError("no third batch");
  }

  @Test
  void aListedEntryOfNoKnownKindIsNamedWithWhatToDo() {
    writer.numbers("a", 0, 10);
    writer.stored(
        "text",
        EntryWriter.frame(
            "{\"s\":\"Pickled\",\"m\":{\"format\":\"pickle\",\"original_type\":\"order\"}}",
            "x".getBytes(StandardCharsets.UTF_8)));
    EnvelopeException error = assertThrows(EnvelopeException.class, () -> plan(directory));
    for (String part :
        new String[] {
          FileName.of("text"),
          "'pickle'",
          "'order'",
          "nothing that is known",
          "'keys'",
          "on-corrupt = skip"
        }) {
      assertTrue(error.getMessage().contains(part), error.getMessage());
    }
    ScanPlan plan = plan(directory, "on-corrupt", "skip");
    assertEquals(1, plan.skipped().size());
    assertEquals(FileName.of("text"), plan.skipped().get(0).id().name());
    assertEquals(range(0, 10), numbers(task(plan, "n"), new ScanMetrics()));
  }

  @Test
  void onlyEntriesAskedForByNameCanBeMissing() {
    writer.numbers("a", 0, 10);
    writer.expiringAt(1).numbers("old", 0, 10);
    assertEquals(10, plan(directory).rows());
    assertThrows(MissingEntryException.class, () -> plan(directory, "keys", "a,old"));
    assertThrows(MissingEntryException.class, () -> plan(directory, "keys", "a,never"));
    ScanPlan plan = plan(directory, "keys", "a,old,never", "on-missing", "skip");
    assertEquals(10, plan.rows());
    assertEquals(2, plan.skipped().size());
  }

  @Test
  void threadsOfManyTasksLeaveNothingBehind() throws Exception {
    for (int i = 0; i < 4; i++) {
      writer.numbers("k" + i, 0, 50, 50);
    }
    String[] lingering = {
      "file-access", "read", "region-linger", "1ms", "region-linger-size", "3k"
    };
    ScanTask task = task(plan(directory, lingering), "n");
    List<Callable<Integer>> work = new ArrayList<>();
    for (int t = 0; t < 8; t++) {
      work.add(
          () -> {
            int rows = 0;
            for (int i = 0; i < 50; i++) {
              rows += numbers(task, new ScanMetrics()).size();
            }
            return rows;
          });
    }
    ExecutorService threads = Executors.newFixedThreadPool(4);
    for (Future<Integer> done : threads.invokeAll(work)) {
      assertEquals(50 * 400, done.get());
    }
    threads.shutdown();
    await(() -> Allocators.allocated().getAllocatedMemory() == 0);
  }
}

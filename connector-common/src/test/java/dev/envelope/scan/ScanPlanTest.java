package dev.envelope.scan;

import static dev.envelope.scan.Scans.numbers;
import static dev.envelope.scan.Scans.options;
import static dev.envelope.scan.Scans.plan;
import static dev.envelope.scan.Scans.range;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.entry.EntryVersion;
import dev.envelope.memory.Allocators;
import dev.envelope.options.FileAccess;
import dev.envelope.payload.PayloadKind;
import dev.envelope.store.EntryId;
import dev.envelope.store.FileStoreLocation;
import dev.envelope.testing.EntryWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plan is cut into tasks that read every batch once, in order, and are worth a core each. */
final class ScanPlanTest {
  private static final long MB = 1 << 20;

  @TempDir Path directory;

  @AfterEach
  void everythingIsGivenBack() {
    EntryPool.ofThisJvm().clear();
    assertEquals(0, Allocators.root().getAllocatedMemory());
  }

  /** A plan of entries that need not exist; each is given by the sizes of its batches. */
  private ScanPlan planned(List<long[]> entries, String... namesAndValues) {
    List<PlannedEntry> planned = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      List<PlannedEntry.PlannedBatch> batches =
          Arrays.stream(entries.get(i))
              .mapToObj(bytes -> new PlannedEntry.PlannedBatch(10, bytes))
              .toList();
      long bytes = Arrays.stream(entries.get(i)).sum() + 1000;
      planned.add(
          new PlannedEntry(
              new EntryId("entry" + i, null),
              new EntryVersion(bytes, "", ""),
              PayloadKind.ARROW,
              bytes,
              null,
              0,
              batches));
    }
    return new ScanPlan(
        new FileStoreLocation(directory.toString(), FileAccess.MAP),
        options(directory, namesAndValues),
        List.of(),
        planned,
        List.of(),
        false,
        false);
  }

  private static List<ScanTask> tasks(ScanPlan plan, int parallelism) {
    return plan.tasks(List.of("n"), parallelism, Long.MAX_VALUE);
  }

  /** Entry and batch of all that the tasks read, in order. */
  private static List<String> batches(List<ScanTask> tasks) {
    List<String> batches = new ArrayList<>();
    for (ScanTask task : tasks) {
      for (EntrySlice slice : task.slices()) {
        assertTrue(slice.from() < slice.to(), "no empty slices");
        for (int i = slice.from(); i < slice.to(); i++) {
          batches.add(slice.entry().id().name() + ":" + i);
        }
      }
    }
    return batches;
  }

  private static List<String> all(ScanPlan plan) {
    List<String> batches = new ArrayList<>();
    for (PlannedEntry entry : plan.entries()) {
      for (int i = 0; i < entry.batches().size(); i++) {
        batches.add(entry.id().name() + ":" + i);
      }
    }
    return batches;
  }

  private static long bytes(ScanTask task) {
    return task.slices().stream().mapToLong(EntrySlice::bytes).sum();
  }

  private static long[] repeat(int count, long bytes) {
    long[] batches = new long[count];
    Arrays.fill(batches, bytes);
    return batches;
  }

  @Test
  void aLargeEntryIsCutBetweenItsBatches() {
    ScanPlan plan = planned(List.of(repeat(64, 8 * MB)));
    List<ScanTask> tasks = tasks(plan, 2);
    assertEquals(4, tasks.size(), "512 MB by splits of 128");
    assertEquals(all(plan), batches(tasks));
    tasks.forEach(task -> assertEquals(128 * MB, bytes(task)));
    tasks.forEach(task -> assertEquals(1, task.slices().size()));
  }

  @Test
  void everyCoreGetsATask() {
    ScanPlan plan = planned(List.of(repeat(16, 8 * MB)));
    for (int cores : new int[] {1, 2, 4, 8, 16}) {
      assertEquals(cores, tasks(plan, cores).size());
    }
    assertEquals(16, tasks(plan, 1000).size(), "a batch is never cut");
  }

  @Test
  void smallEntriesArePacked() {
    List<long[]> entries = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      entries.add(new long[] {10_000});
    }
    ScanPlan plan = planned(entries);
    List<ScanTask> tasks = tasks(plan, 100);
    assertTrue(tasks.size() >= 2 && tasks.size() <= 4, tasks.size() + " tasks for 10 MB");
    assertEquals(all(plan), batches(tasks));
  }

  @Test
  void splitSizeIsTheSizeOfATask() {
    ScanPlan plan = planned(List.of(repeat(10, MB), repeat(10, MB)), "split-size", "5m");
    List<ScanTask> tasks = tasks(plan, 1);
    assertEquals(4, tasks.size());
    tasks.forEach(task -> assertEquals(5 * MB, bytes(task)));
    assertEquals(20, tasks(planned(List.of(repeat(20, MB)), "split-size", "1"), 1).size());
  }

  @Test
  void whateverTheSizesEveryBatchIsReadOnceAndInOrder() {
    Random random = new Random(11);
    for (int round = 0; round < 500; round++) {
      List<long[]> entries = new ArrayList<>();
      for (int i = random.nextInt(8); i >= 0; i--) {
        entries.add(random.longs(random.nextInt(9), 8, 20 * MB).toArray());
      }
      for (String policy : new String[] {"fail", "skip"}) {
        ScanPlan plan = planned(entries, "on-corrupt", policy, "split-size", "30m");
        List<ScanTask> tasks = tasks(plan, random.nextInt(20));
        assertEquals(all(plan), batches(tasks));
        tasks.forEach(task -> assertTrue(!task.slices().isEmpty()));
      }
    }
  }

  @Test
  void whereCorruptEntriesAreSkippedNoEntryIsCut() {
    ScanPlan plan =
        planned(
            List.of(repeat(64, 8 * MB), repeat(3, MB), repeat(64, 8 * MB)), "on-corrupt", "skip");
    List<ScanTask> tasks = tasks(plan, 16);
    assertEquals(all(plan), batches(tasks));
    for (ScanTask task : tasks) {
      for (EntrySlice slice : task.slices()) {
        assertEquals(0, slice.from());
        assertEquals(slice.entry().batches().size(), slice.to());
      }
    }
    assertTrue(tasks.size() >= 2);
  }

  @Test
  void aLimitStopsAtTheBatchThatReachesIt() {
    ScanPlan plan = planned(List.of(repeat(3, 100), repeat(3, 100)));
    for (int limit : new int[] {0, 1, 10, 11, 30, 31, 59, 60, 1000}) {
      List<String> read = batches(plan.tasks(List.of("n"), 4, limit));
      int expected = Math.min(6, (limit + 9) / 10);
      assertEquals(all(plan).subList(0, expected), read, "limit " + limit);
    }
  }

  @Test
  void aLimitSparesNothingWhereEntriesMayTurnOutToBeSkipped() {
    for (String option : new String[] {"on-corrupt", "on-missing"}) {
      ScanPlan plan = planned(List.of(repeat(3, 100), repeat(3, 100)), option, "skip");
      assertEquals(all(plan), batches(plan.tasks(List.of("n"), 4, 1)));
    }
  }

  @Test
  void whatHasNoBatchesHasNoTasks() {
    assertEquals(List.of(), tasks(planned(List.of()), 4));
    assertEquals(List.of(), tasks(planned(List.of(new long[0], new long[0])), 0));
    assertEquals(1, tasks(planned(List.of(new long[0], new long[] {8})), 0).size());
  }

  @Test
  void tasksCarryWhatTheyNeed() {
    ScanPlan plan = planned(List.of(repeat(2, 100)));
    ScanTask task = plan.tasks(List.of("b", "a"), 1, Long.MAX_VALUE).get(0);
    assertEquals(List.of("b", "a"), task.columns());
    assertEquals(plan.location(), task.location());
    assertEquals(plan.options(), task.options());
  }

  @Test
  void realEntriesAreReadOnceWhateverTheCut() {
    EntryWriter writer = new EntryWriter(directory);
    writer.numbers("a", 0, 100, 100, 100);
    writer.numbers("b", 300, 7);
    writer.numbers("c", 307, 93, 100);
    for (String split : new String[] {"1", "1k", "3k", "1m"}) {
      ScanPlan plan = plan(directory, "keys", "a,b,c", "split-size", split);
      assertEquals(500, plan.rows());
      List<Long> numbers = new ArrayList<>();
      for (ScanTask task : plan.tasks(List.of("n"), 3, Long.MAX_VALUE)) {
        numbers.addAll(numbers(task, new ScanMetrics()));
      }
      assertEquals(range(0, 500), numbers);
    }
  }
}

package dev.envelope.scan;

import static dev.envelope.scan.Scans.numbers;
import static dev.envelope.scan.Scans.options;
import static dev.envelope.scan.Scans.plan;
import static dev.envelope.scan.Scans.range;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.CorruptEntryException;
import dev.envelope.MissingEntryException;
import dev.envelope.memory.Allocators;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.testing.EntryFile;
import dev.envelope.testing.EntryWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A task that goes on after any batch, out of its written form. */
final class ResumedTaskTest {
  @TempDir Path directory;

  private Path first;

  @BeforeEach
  void write() {
    EntryWriter writer = new EntryWriter(directory);
    first = writer.numbers("a", 0, 3, 0, 2);
    writer.numbers("b", 10, 4);
    writer.numbers("c", 20, 1, 1, 1, 1);
  }

  @AfterEach
  void everythingIsGivenBack() {
    EntryPool.ofThisJvm().clear();
    assertEquals(0, Allocators.root().getAllocatedMemory());
  }

  private static List<Long> all() {
    List<Long> all = new ArrayList<>(range(0, 5));
    all.addAll(range(10, 14));
    all.addAll(range(20, 24));
    return all;
  }

  private static ScanTask written(ScanTask task) throws IOException {
    return TaskForm.read(TaskForm.VERSION, TaskForm.write(task), task.options());
  }

  /** All slices as if nobody had looked at the entries. */
  private static ScanTask unseen(ScanTask task) {
    List<EntrySlice> slices = new ArrayList<>();
    for (EntrySlice slice : task.slices()) {
      PlannedEntry entry = PlannedEntry.unseen(slice.entry().id(), slice.entry().bytes());
      slices.add(new EntrySlice(entry, 0, EntrySlice.ALL));
    }
    return new ScanTask(
        task.location(), task.options(), task.columns(), slices, task.table(), task.keyed());
  }

  @ParameterizedTest
  @CsvSource({
    "read-mode, verified, false",
    "read-mode, streaming, false",
    "read-mode, projected, false",
    "on-corrupt, skip, false",
    "file-access, map, false",
    "file-access, read, true",
    "on-corrupt, skip, true"
  })
  void goesOnAfterEveryBatch(String option, String value, boolean unseen) throws IOException {
    String access = option.equals("file-access") ? value : "read";
    String other = option.equals("file-access") ? "split" : option;
    String given = option.equals("file-access") ? "auto" : value;
    ScanPlan plan = plan(directory, "keys", "a,b,c", "file-access", access, other, given);
    ScanTask task = Scans.task(plan, "n");
    ScanTask whole = unseen ? unseen(task) : task;
    for (int stop = 1; stop <= 7; stop++) {
      for (boolean again : new boolean[] {false, true}) {
        List<Long> seen = new ArrayList<>();
        ScanTask rest = null;
        try (TaskReader reader = new TaskReader(whole, "first", new ScanMetrics())) {
          for (int i = 0; i < stop; i++) {
            TaskBatch batch = reader.next();
            boolean last = i == stop - 1;
            if (!(last && again)) {
              seen.addAll(numbers(batch));
            }
            // As if not all rows of the batch had been used.
            EntrySlice left = last && again ? batch.thisAndRest() : batch.rest();
            rest = whole.resumed(batch.slice(), left, true);
          }
        }
        seen.addAll(numbers(written(rest), new ScanMetrics()));
        assertEquals(all(), seen, "stopped after " + stop);
      }
    }
  }

  @Test
  void anEntryThatHasBegunIsNotLeftOut() throws IOException {
    ScanPlan plan =
        plan(
            directory,
            "keys",
            "a,b,c",
            "on-missing",
            "skip",
            "on-corrupt",
            "skip",
            "file-access",
            "read",
            "region-linger",
            "0s");
    ScanTask whole = Scans.task(plan, "n");
    ScanTask begun;
    ScanTask between;
    try (TaskReader reader = new TaskReader(whole, "first", new ScanMetrics())) {
      TaskBatch batch = reader.next();
      begun = written(whole.resumed(batch.slice(), batch.rest(), true));
      between = written(whole.resumed(batch.slice(), batch.rest(), false));
    }
    byte[] sound = Files.readAllBytes(first);
    Files.delete(first);
    assertThrows(MissingEntryException.class, () -> numbers(begun, new ScanMetrics()));
    assertEquals(all().subList(5, 13), numbers(between, new ScanMetrics()));
    byte[] broken = sound.clone();
    broken[sound.length - 300] ^= 1;
    Files.write(first, broken);
    assertThrows(CorruptEntryException.class, () -> numbers(begun, new ScanMetrics()));
    assertEquals(all().subList(5, 13), numbers(between, new ScanMetrics()));
    // What comes behind it may still be left out.
    Files.write(first, sound);
    Files.delete(directory.resolve(plan.entries().get(1).id().name()));
    assertEquals(6, numbers(begun, new ScanMetrics()).size());
  }

  @Test
  void theFormHasNoPlaceAndNoSecret() {
    String secret = "0123456789abcdef".repeat(4);
    ScanPlan plan =
        plan(directory, "key", "a", "master-key-secret", secret, "allow-plaintext", "true");
    byte[] form = TaskForm.write(Scans.task(plan, "n"));
    String text = new String(form, java.nio.charset.StandardCharsets.ISO_8859_1);
    assertTrue(text.contains("ArrowSerializer"));
    assertTrue(!text.contains(secret) && !text.contains(directory.getFileName().toString()));
  }

  @Test
  void tasksOfBundledEntriesAreTheSameAfterwards() throws IOException {
    for (String cache : List.of("cache", "cache-demo")) {
      for (EntryFile entry : EntryFile.allBundled(cache)) {
        EnvelopeOptions options =
            options(EntryFile.BUNDLED.resolve(cache), "key", entry.key(), "on-corrupt", "skip");
        ScanPlan plan = ScanPlanner.plan(options);
        List<String> names =
            plan.columns().stream().map(column -> column.field().getName()).toList();
        for (ScanTask task : plan.tasks(names, 2, Long.MAX_VALUE)) {
          ScanTask back = written(task);
          assertEquals(task.slices(), back.slices(), entry.name());
          assertEquals(task.columns(), back.columns());
          assertEquals(task.location(), back.location());
          assertEquals(task.begun(), back.begun());
          assertEquals(task.keyed(), back.keyed());
          assertEquals(task.fields(), back.fields());
          assertEquals(task.schemaGiven(), back.schemaGiven());
        }
      }
    }
  }

  @Test
  void foreignBytesAreRefused() {
    ScanTask task = Scans.task(plan(directory, "keys", "a,b"), "n");
    byte[] form = TaskForm.write(task);
    assertThrows(IOException.class, () -> TaskForm.read(2, form, task.options()));
    for (int length = 0; length < form.length; length++) {
      byte[] cut = java.util.Arrays.copyOf(form, length);
      assertThrows(IOException.class, () -> TaskForm.read(TaskForm.VERSION, cut, task.options()));
    }
    byte[] longer = java.util.Arrays.copyOf(form, form.length + 1);
    assertThrows(IOException.class, () -> TaskForm.read(TaskForm.VERSION, longer, task.options()));
    int tasks = 0;
    for (int i = 0; i < form.length; i++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] other = form.clone();
        other[i] ^= (byte) (1 << bit);
        try {
          // Other numbers, or another letter of a key, make another task.
          assertEquals(2, TaskForm.read(TaskForm.VERSION, other, task.options()).slices().size());
          tasks++;
        } catch (IOException e) {
          assertTrue(e.getMessage().contains("task"), e.getMessage());
        }
      }
    }
    assertTrue(tasks > 0);
  }

  @Test
  void aPlanOfEveryEntryHasNoUnseenOnes() {
    EntryWriter writer = new EntryWriter(directory);
    for (int i = 0; i < 1200; i++) {
      writer.numbers("k" + i, i, 1);
    }
    EnvelopeOptions options = options(directory);
    assertTrue(ScanPlanner.plan(options).unseen() > 0);
    ScanPlan every = ScanPlanner.planEvery(options, false, EntryFilter.ALL);
    assertEquals(0, every.unseen());
    assertEquals(1203, every.entries().size());
    // A few of them, with the columns of all.
    ScanPlan some = every.only(entry -> entry.rows() > 1);
    assertEquals(3, some.entries().size());
    assertEquals(every.columns(), some.columns());
  }

  @Test
  void whatAFilterRulesOutIsNotOpened() throws IOException {
    Files.write(first, new byte[] {1, 2, 3});
    EnvelopeOptions options = options(directory, "keys", "a,b,c");
    assertThrows(CorruptEntryException.class, () -> ScanPlanner.plan(options));
    EntryFilter byKey = entry -> !"a".equals(entry.id().key());
    assertEquals(2, ScanPlanner.plan(options, true, byKey).entries().size());
    EntryFilter byLength = entry -> entry.bytes() > 3;
    assertEquals(2, ScanPlanner.plan(options, true, byLength).entries().size());
    // One that only an open entry answers.
    EntryFilter byRows = entry -> !entry.seen() || entry.batches().size() == 1;
    assertEquals(
        List.of("b"),
        ScanPlanner.plan(options(directory, "keys", "b,c"), true, byRows).entries().stream()
            .map(entry -> entry.id().key())
            .toList());
    // A key that nobody wants need not be there.
    EnvelopeOptions missing = options(directory, "keys", "b,nobody");
    assertThrows(MissingEntryException.class, () -> ScanPlanner.plan(missing));
    EntryFilter noNobody = entry -> !"nobody".equals(entry.id().key());
    assertEquals(1, ScanPlanner.plan(missing, true, noNobody).entries().size());
  }
}

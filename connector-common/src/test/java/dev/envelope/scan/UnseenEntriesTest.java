package dev.envelope.scan;

import static dev.envelope.scan.Scans.numbers;
import static dev.envelope.scan.Scans.plan;
import static dev.envelope.scan.Scans.range;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.CorruptEntryException;
import dev.envelope.EnvelopeException;
import dev.envelope.MissingEntryException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.entry.FileName;
import dev.envelope.memory.Allocators;
import dev.envelope.testing.EntryWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Of very many small entries most are not opened in planning, and are read right all the same. */
final class UnseenEntriesTest {
  private static final int MANY = 1200;

  @TempDir static Path shared;

  @TempDir Path directory;

  /** Each of the many has three numbers. */
  @BeforeAll
  static void writeMany() {
    EntryWriter writer = new EntryWriter(shared);
    for (int i = 0; i < MANY; i++) {
      writer.numbers("k" + i, 3L * i, 2, 1);
    }
  }

  @AfterEach
  void everythingIsGivenBack() {
    EntryPool.ofThisJvm().clear();
    assertEquals(0, Allocators.root().getAllocatedMemory());
  }

  private static String keys() {
    StringBuilder keys = new StringBuilder("[");
    for (int i = 0; i < MANY; i++) {
      keys.append(i == 0 ? "" : ",").append("\"k").append(i).append('"');
    }
    return keys.append(']').toString();
  }

  /** The many, for a test that changes some of them. */
  private EntryWriter copy() throws IOException {
    try (var files = Files.newDirectoryStream(shared)) {
      for (Path file : files) {
        Files.createLink(directory.resolve(file.getFileName()), file);
      }
    }
    return new EntryWriter(directory);
  }

  private static List<Long> read(ScanPlan plan, ScanMetrics metrics) {
    List<Long> numbers = new ArrayList<>();
    for (ScanTask task : plan.tasks(List.of("n"), 4, Long.MAX_VALUE)) {
      numbers.addAll(numbers(task, metrics));
    }
    return numbers;
  }

  @Test
  void rowsComeInTheOrderOfTheEntriesAndMappedOrRead() {
    for (String access : List.of("map", "read")) {
      ScanPlan plan = plan(shared, "keys", keys(), "file-access", access);
      assertTrue(plan.unseen() > MANY - 100, plan.unseen() + " unseen");
      assertTrue(plan.unseen() < MANY - 50, plan.unseen() + " unseen");
      ScanMetrics metrics = new ScanMetrics();
      assertEquals(range(0, 3L * MANY), read(plan, metrics));
      assertEquals(MANY, metrics.entries());
      assertTrue(metrics.checksumNanos() > 0);
    }
  }

  @Test
  void aTaskTellsWhatThePlanDidNotKnow() {
    ScanPlan plan = plan(shared, "keys", keys());
    assertTrue(plan.columns().get(0).field().isNullable(), "nobody has looked for nulls");
    ScanTask task = plan.tasks(List.of("n"), 1, Long.MAX_VALUE).get(0);
    int told = 0;
    try (TaskReader reader = new TaskReader(task, "tells", new ScanMetrics())) {
      for (TaskBatch batch = reader.next(); batch != null; batch = reader.next()) {
        assertTrue(batch.entry().seen());
        assertEquals("ArrowSerializer", batch.entry().serializer());
        assertEquals(0, batch.expiresAt());
        told++;
      }
    }
    assertEquals(2 * MANY, told);
  }

  @Test
  void aTaskTravelsAndIsSmall() throws Exception {
    ScanTask task = plan(shared, "keys", keys()).tasks(List.of("n"), 1, Long.MAX_VALUE).get(0);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(task);
    }
    assertTrue(bytes.size() < 200 * MANY, bytes.size() + " bytes");
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      ScanTask arrived = (ScanTask) in.readObject();
      assertEquals(task, arrived);
      assertEquals(range(0, 3L * MANY), numbers(arrived, new ScanMetrics()));
    }
  }

  @Test
  void aSecondPlanOpensTheSameOnes() {
    assertEquals(plan(shared).entries(), plan(shared).entries());
  }

  @Test
  void mergingLooksAtEveryEntry() {
    ScanPlan plan = plan(shared, "merge-schema", "true");
    assertEquals(0, plan.unseen());
    assertEquals(3L * MANY, plan.rows());
    assertFalse(plan.columns().get(0).field().isNullable());
  }

  @Test
  void anEntryThatMayBeCutIsOpenedHoweverManyThereAre() throws IOException {
    int rows = (int) ScanPlanner.LARGE / 8 / 4;
    copy().numbers("large", 3L * MANY, rows, rows, rows, rows);
    ScanPlan plan = plan(directory, "split-size", "1m");
    PlannedEntry large =
        plan.entries().stream()
            .filter(e -> e.id().name().equals(FileName.of("large")))
            .findFirst()
            .orElseThrow();
    assertTrue(large.seen());
    List<Long> read = read(plan, new ScanMetrics());
    Collections.sort(read);
    assertEquals(range(0, 3L * MANY + 4L * rows), read);
  }

  /** A key of an entry that the planner leaves unseen. */
  private static String unseen(ScanPlan plan) {
    return plan.entries().stream()
        .filter(e -> !e.seen())
        .skip(500)
        .findFirst()
        .orElseThrow()
        .id()
        .key();
  }

  @Test
  void anEntryThatDoesNotFitTheTableIsRefusedAsInPlanning() throws IOException {
    EntryWriter writer = copy();
    String key = unseen(plan(directory, "keys", keys()));
    ArrowType bit = ArrowType.Bool.INSTANCE;
    Schema other = new Schema(List.of(EntryWriter.field("n", bit)));
    writer.table(
        key,
        other,
        1,
        (root, index) -> {
          ((BitVector) root.getVector(0)).setSafe(0, 1);
          root.setRowCount(1);
        });
    ScanPlan plan = plan(directory, "keys", keys());
    EnvelopeException error =
        assertThrows(UnsupportedEntryException.class, () -> read(plan, new ScanMetrics()));
    String few = "k0," + key + (key.equals("k0") ? "1" : "");
    EnvelopeException planned =
        assertThrows(UnsupportedEntryException.class, () -> plan(directory, "keys", few));
    assertTrue(error.getMessage().contains("column 'n' is Int(64, true) in entry 'k0' but Bool"));
    String reason = "column 'n' is Int(64, true) in entry 'k0' but Bool in entry '" + key + "'";
    assertTrue(error.getMessage().contains(reason), error.getMessage());
    assertTrue(planned.getMessage().contains(reason), planned.getMessage());
    ScanMetrics metrics = new ScanMetrics();
    assertEquals(
        3L * MANY - 3, read(plan(directory, "keys", keys(), "on-corrupt", "skip"), metrics).size());
    assertEquals(1, metrics.skippedEntries());
    // Without rows its types mean nothing.
    writer.table(key, other, 1, (root, index) -> root.setRowCount(0));
    assertEquals(3L * MANY - 3, read(plan(directory, "keys", keys()), new ScanMetrics()).size());
  }

  @Test
  void aNarrowerTypeIsAConflictAsInPlanning() throws IOException {
    EntryWriter writer = copy();
    String key = unseen(plan(directory, "keys", keys()));
    writer.table(
        key,
        new Schema(List.of(EntryWriter.field("n", new ArrowType.Int(32, true)))),
        1,
        (root, index) -> {
          ((IntVector) root.getVector(0)).setSafe(0, 1);
          root.setRowCount(1);
        });
    ScanTask task = plan(directory, "keys", keys()).tasks(List.of("n"), 1, Long.MAX_VALUE).get(0);
    int rows = 0;
    try (TaskReader reader = new TaskReader(task, "narrow", new ScanMetrics())) {
      for (TaskBatch batch = reader.next(); batch != null; batch = reader.next()) {
        rows += batch.rowCount();
      }
    }
    assertEquals(3 * MANY - 2, rows, "an int32 fits into the table's int64");
  }

  @Test
  void brokenMissingAndExpiredEntriesMeetThePolicies() throws IOException {
    EntryWriter writer = copy();
    ScanPlan before = plan(directory, "keys", keys());
    String key = unseen(before);
    Path file = directory.resolve(FileName.of(key));
    Files.delete(file);
    EnvelopeException missing =
        assertThrows(MissingEntryException.class, () -> read(before, new ScanMetrics()));
    assertTrue(missing.getMessage().contains("'" + key + "'"), missing.getMessage());
    ScanMetrics skipping = new ScanMetrics();
    writer.numbers(key, 0, 3);
    ScanPlan lenient = plan(directory, "keys", keys(), "on-missing", "skip");
    Files.delete(file);
    assertEquals(3L * MANY - 3, read(lenient, skipping).size());
    assertEquals(1, skipping.skippedEntries());
    // Listed, it was never asked for; an expired one is as good as none.
    writer.expiringAt(1000).numbers(key, 0, 3);
    assertEquals(3L * MANY - 3, read(plan(directory), new ScanMetrics()).size());
    assertThrows(MissingEntryException.class, () -> plan(directory, "keys", keys()));
    writer.numbers(key, 0, 3);
    byte[] bytes = Files.readAllBytes(file);
    EntryWriter.overwrite(file, bytes.length / 2, (byte) ~bytes[bytes.length / 2]);
    CorruptEntryException corrupt =
        assertThrows(
            CorruptEntryException.class,
            () -> read(plan(directory, "keys", keys()), new ScanMetrics()));
    assertEquals(key, corrupt.entry());
    ScanMetrics broken = new ScanMetrics();
    assertEquals(
        3L * MANY - 3, read(plan(directory, "keys", keys(), "on-corrupt", "skip"), broken).size());
    assertEquals(1, broken.skippedEntries());
  }

  @Test
  void aLimitCountsOnlyWhatIsKnown() {
    ScanPlan plan = plan(shared, "keys", keys());
    long seen = plan.entries().stream().filter(PlannedEntry::seen).count();
    int slices =
        plan.tasks(List.of("n"), 1, 10).stream().mapToInt(task -> task.slices().size()).sum();
    assertTrue(slices > 10 && slices < MANY, slices + " slices, " + seen + " entries seen");
  }

  @ParameterizedTest
  @MethodSource("dev.envelope.scan.BundledEntriesTest#tables")
  void everyTypeSurvivesTheWayToATask(String name, String key) throws Exception {
    Path entries = BundledEntriesTest.ENTRIES.resolve("cache");
    ScanPlan plan = plan(entries, "key", key);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(new TaskTable(plan.columns(), false));
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      TaskTable arrived = (TaskTable) in.readObject();
      arrived.refuseUnfit(name, plan.columns().stream().map(TableColumn::field).toList(), false);
      for (TableColumn column : plan.columns()) {
        // Pandas has nothing of the kind.
        Field other =
            new Field(
                column.field().getName(),
                FieldType.nullable(new ArrowType.Interval(IntervalUnit.YEAR_MONTH)),
                null);
        if (!(column.field().getType() instanceof ArrowType.Null)) {
          assertThrows(
              UnsupportedEntryException.class,
              () -> arrived.refuseUnfit(name, List.of(other), false));
        }
      }
    }
  }
}

package dev.envelope.scan;

import static dev.envelope.scan.Scans.numbers;
import static dev.envelope.scan.Scans.plan;
import static dev.envelope.scan.Scans.range;
import static dev.envelope.scan.Scans.task;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.memory.Allocators;
import dev.envelope.payload.Column;
import dev.envelope.testing.EntryWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A task hands out every batch once, keeps the last two readable, and frees all it took. */
final class TaskReaderTest {
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

  /** The bundled table of four compressed batches. */
  private ScanTask compressed() throws IOException {
    Path many =
        BundledEntriesTest.ENTRIES.resolve("cache").resolve("44d63f5402b0c14812a5622def1447ab");
    Files.copy(many, directory.resolve(many.getFileName()));
    ScanPlan plan = plan(directory);
    return task(plan, plan.columns().stream().map(c -> c.field().getName()).toArray(String[]::new));
  }

  @Test
  void aBatchStaysReadableWhileTheNextOneIsOut() {
    writer.numbers("k", 0, 10, 10, 10, 10);
    try (TaskReader reader = new TaskReader(task(plan(directory), "n"), "two", new ScanMetrics())) {
      TaskBatch before = reader.next();
      for (int i = 1; i < 4; i++) {
        TaskBatch now = reader.next();
        assertEquals(range(10L * i, 10L * i + 10), numbers(now));
        assertEquals(range(10L * i - 10, 10L * i), numbers(before));
        assertEquals(i, now.index());
        before = now;
      }
      assertNull(reader.next());
      assertNull(reader.next());
      assertEquals(range(30, 40), numbers(before), "also after the end");
    }
  }

  @Test
  void aMappedEntryIsNeverCountedAsMemory() {
    writer.numbers("k", 0, 1000, 1000, 1000);
    try (TaskReader reader = new TaskReader(task(plan(directory), "n"), "n", new ScanMetrics())) {
      for (TaskBatch batch = reader.next(); batch != null; batch = reader.next()) {
        assertEquals(0, Allocators.allocated().getAllocatedMemory());
      }
      assertEquals(0, Allocators.allocated().getAllocatedMemory(), "batches outlive the loan");
      assertTrue(Allocators.mapped().getAllocatedMemory() > 3 * 8 * 1000);
    }
  }

  @Test
  void atMostTwoDecompressedBatchesAreHeld() throws IOException {
    ScanTask task = compressed();
    List<Long> held = new ArrayList<>();
    try (TaskReader reader = new TaskReader(task, "held", new ScanMetrics())) {
      while (reader.next() != null) {
        held.add(Allocators.allocated().getAllocatedMemory());
      }
    }
    assertEquals(4, held.size());
    assertTrue(held.get(0) > 0);
    assertTrue(held.get(1) > held.get(0));
    long two = held.get(1);
    assertTrue(held.get(2) < two * 1.2 && held.get(3) < two * 1.2, held.toString());
  }

  @Test
  void aBatchThatIsClosedEarlyIsFreedEarly() throws IOException {
    try (TaskReader reader = new TaskReader(compressed(), "early", new ScanMetrics())) {
      TaskBatch first = reader.next();
      long one = Allocators.allocated().getAllocatedMemory();
      first.close();
      first.close();
      assertTrue(Allocators.allocated().getAllocatedMemory() < one / 2);
      assertNotEquals(0, reader.next().rowCount());
    }
  }

  @Test
  void closingFreesEverythingAtAnyPoint() throws IOException {
    ScanTask task = compressed();
    for (int batches = 0; batches <= 5; batches++) {
      TaskReader reader = new TaskReader(task, "partly", new ScanMetrics());
      for (int i = 0; i < batches; i++) {
        assertEquals(i < 4, reader.next() != null);
      }
      reader.close();
      reader.close();
      assertEquals(0, Allocators.root().getAllocatedMemory());
      assertThrows(IllegalStateException.class, reader::next);
    }
  }

  @Test
  void theReaderMayBeClosedByAnotherThread() throws Exception {
    ScanTask task = compressed();
    for (int round = 0; round < 50; round++) {
      TaskReader reader = new TaskReader(task, "other thread", new ScanMetrics());
      AtomicReference<Throwable> failure = new AtomicReference<>();
      Thread reading =
          new Thread(
              () -> {
                try {
                  for (TaskBatch batch = reader.next(); batch != null; batch = reader.next()) {
                    batch.close();
                  }
                } catch (IllegalStateException closed) {
                  // As it should be.
                } catch (Throwable e) {
                  failure.set(e);
                }
              });
      reading.start();
      Thread.sleep(round % 10);
      reader.close();
      reading.join();
      assertNull(failure.get());
      assertEquals(0, Allocators.root().getAllocatedMemory());
    }
  }

  @Test
  void memoryOfAClosedBatchIsOverwrittenInTests() throws IOException {
    assertEquals("true", System.getProperty(Allocators.POISON_PROPERTY));
    Path rich =
        BundledEntriesTest.ENTRIES.resolve("cache").resolve("252f425ec1e9f25677c0e67e35dcb6c9");
    Files.copy(rich, directory.resolve(rich.getFileName()));
    ScanPlan plan = plan(directory);
    String[] columns = plan.columns().stream().map(c -> c.field().getName()).toArray(String[]::new);
    List<Long> addresses = new ArrayList<>();
    try (TaskReader reader = new TaskReader(task(plan, columns), "poison", new ScanMetrics())) {
      TaskBatch batch = reader.next();
      for (Column column : batch.columns()) {
        if (column.vector() instanceof BaseFixedWidthVector wide
            && wide.getDataBuffer().capacity() >= 8 * 120L) {
          addresses.add(column.vector().getDataBuffer().memoryAddress());
        }
      }
      assertFalse(addresses.isEmpty());
      batch.close();
      // Small blocks stay with the C heap, which writes into their first bytes only; another
      // thread of this JVM may have taken one meanwhile, hardly all.
      long poisoned =
          addresses.stream().filter(at -> MemoryUtil.getByte(at + 700) == (byte) 0xDB).count();
      assertTrue(poisoned > 0, addresses.size() + " buffers, none overwritten");
    }
  }

  @Test
  void columnsComeInTheOrderAskedForAndAbsentOnesAreNull() {
    writer.numbers("k", 5, 3);
    ScanTask task = task(plan(directory), "missing", "n", "gone");
    try (TaskReader reader = new TaskReader(task, "columns", new ScanMetrics())) {
      TaskBatch batch = reader.next();
      assertEquals(3, batch.columns().size());
      assertNull(batch.columns().get(0));
      assertEquals("n", batch.columns().get(1).field().getName());
      assertNull(batch.columns().get(2));
    }
  }

  @Test
  void rowsAreCountedWithoutAnyColumn() {
    writer.numbers("k", 0, 10, 0, 7);
    ScanMetrics metrics = new ScanMetrics();
    assertEquals(17, numbers(task(plan(directory), "absent"), metrics).size());
    try (TaskReader reader = new TaskReader(task(plan(directory)), "none", metrics)) {
      List<Integer> rows = new ArrayList<>();
      for (TaskBatch batch = reader.next(); batch != null; batch = reader.next()) {
        rows.add(batch.rowCount());
        assertEquals(List.of(), batch.columns());
      }
      // A batch without rows is checked, but there is nothing in it to hand out.
      assertEquals(List.of(10, 7), rows);
    }
  }

  @Test
  void entriesWithoutRowsOrColumnsAreRead() {
    writer.numbers("no rows", 0);
    writer.numbers("an empty batch", 0, 0);
    writer.numbers("rows", 0, 5);
    writer.table("no columns", new Schema(List.of()), 2, (root, index) -> root.setRowCount(3));
    String[] keys = {"keys", "no rows,an empty batch,no columns,rows"};
    ScanPlan plan = plan(directory, keys);
    assertEquals(11, plan.rows());
    List<Long> expected = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      expected.add(null);
    }
    expected.addAll(range(0, 5));
    assertEquals(expected, numbers(task(plan, "n"), new ScanMetrics()));
    List<Long> cut = new ArrayList<>();
    for (ScanTask task : plan.tasks(List.of("n"), 4, Long.MAX_VALUE)) {
      cut.addAll(numbers(task, new ScanMetrics()));
    }
    assertEquals(expected, cut);
  }

  @Test
  void aTaskTravelsByJavaSerialization() throws Exception {
    writer.numbers("a", 0, 10, 10);
    writer.expiringAt(4_000_000_000L).numbers("b", 20, 10);
    String[] keys = {"keys", "a,b", "file-access", "read", "region-linger", "0s"};
    for (ScanTask task : plan(directory, keys).tasks(List.of("n"), 1, Long.MAX_VALUE)) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
        out.writeObject(task);
      }
      try (ObjectInputStream in =
          new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
        ScanTask arrived = (ScanTask) in.readObject();
        assertEquals(task, arrived);
        assertEquals(range(0, 30), numbers(arrived, new ScanMetrics()));
      }
    }
  }

  @Test
  void metricsCountWhatWasDoneAndAddUpForTheJvm() throws IOException {
    ScanTask task = compressed();
    ScanMetrics metrics = new ScanMetrics();
    long before = ScanMetrics.ofThisJvm().rows();
    try (TaskReader reader = new TaskReader(task, "metrics", metrics)) {
      while (reader.next() != null) {
        assertTrue(metrics.peakBytes() > 0);
      }
    }
    assertEquals(100_000, metrics.rows());
    assertEquals(4, metrics.batches());
    assertEquals(1, metrics.entries());
    assertEquals(0, metrics.copiedBytes());
    assertTrue(metrics.decompressedBytes() > metrics.mappedBytes());
    assertEquals(before + 100_000, ScanMetrics.ofThisJvm().rows());
  }
}

package dev.envelope.scan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.ChangedEntryException;
import dev.envelope.CorruptEntryException;
import dev.envelope.entry.FileHeader;
import dev.envelope.memory.Allocators;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.testing.EntryWriter;
import dev.envelope.testing.RealRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What crosses the wire to a real Redis, mode by mode. */
final class RedisModesTest extends RealRedis {
  private static final int COLUMNS = 20;

  private static final int ROWS = 20_000;

  private static final int BATCHES = 6;

  @TempDir private Path directory;

  @AfterEach
  void nothingIsLeft() {
    EntryPool.ofThisJvm().clear();
    assertEquals(0, Allocators.root().getAllocatedMemory());
  }

  private ScanPlan plan(String... namesAndValues) {
    Map<String, String> given = new HashMap<>(Map.of("url", server.url()));
    for (int i = 0; i < namesAndValues.length; i += 2) {
      given.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return ScanPlanner.plan(EnvelopeOptions.parse(given));
  }

  private long store(String key, Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    jedis.set(key.getBytes(UTF_8), Arrays.copyOfRange(bytes, FileHeader.LENGTH, bytes.length));
    return (long) bytes.length - FileHeader.LENGTH;
  }

  private long wide(String key, long first) throws IOException {
    List<Field> fields = new ArrayList<>();
    for (int c = 0; c < COLUMNS; c++) {
      fields.add(EntryWriter.field(c == 7 ? "n" : "c" + c, new ArrowType.Int(64, true)));
    }
    return store(
        key,
        new EntryWriter(directory)
            .table(
                key,
                new Schema(fields),
                BATCHES,
                (root, index) -> {
                  for (int c = 0; c < COLUMNS; c++) {
                    BigIntVector vector = (BigIntVector) root.getVector(c);
                    vector.allocateNew(ROWS);
                    for (int i = 0; i < ROWS; i++) {
                      vector.set(i, first + (long) index * ROWS + i);
                    }
                  }
                  root.setRowCount(ROWS);
                }));
  }

  private static ScanMetrics read(ScanPlan plan, long first) {
    ScanMetrics metrics = new ScanMetrics();
    List<Long> numbers = new ArrayList<>();
    for (ScanTask task : plan.tasks(List.of("n"), 4, Long.MAX_VALUE)) {
      numbers.addAll(Scans.numbers(task, metrics));
    }
    assertEquals(Scans.range(first, first + (long) BATCHES * ROWS), numbers);
    return metrics;
  }

  @Test
  void planningTakesKilobytesAndOnceTheEntryIsKnownItsHead() throws IOException {
    wide("k", 0);
    long before = ScanMetrics.ofThisJvm().receivedBytes();
    ScanPlan plan = plan("key", "k");
    assertEquals((long) BATCHES * ROWS, plan.rows());
    long first = ScanMetrics.ofThisJvm().receivedBytes() - before;
    assertTrue(first > 10_000 && first < 200_000, first + " bytes");
    before = ScanMetrics.ofThisJvm().receivedBytes();
    assertEquals(plan.entries(), plan("key", "k").entries());
    long second = ScanMetrics.ofThisJvm().receivedBytes() - before;
    assertTrue(second > 0 && second < 6_000, second + " bytes");
  }

  @Test
  void verifiedPullsTheEntryOnceAndASecondQueryNothing() throws IOException {
    long size = wide("k", 0);
    ScanPlan plan = plan("key", "k");
    assertEquals(1, plan.tasks(List.of("n"), 4, Long.MAX_VALUE).size(), "not split by default");
    ScanMetrics metrics = read(plan, 0);
    assertTrue(metrics.receivedBytes() >= size, metrics.toString());
    assertTrue(metrics.receivedBytes() < size + 20_000, metrics.toString());
    assertTrue(metrics.commands() > 0 && metrics.waitNanos() > 0, metrics.toString());
    ScanMetrics again = read(plan("key", "k"), 0);
    assertEquals(0, again.receivedBytes());
    ScanPlan split = plan("key", "k", "split", "always", "split-size", "1m");
    assertTrue(split.tasks(List.of("n"), 4, Long.MAX_VALUE).size() > 1);
    assertEquals(0, read(split, 0).receivedBytes());
  }

  @Test
  void streamingPullsTheEntryOnceAndHoldsThreeBatches() throws IOException {
    long size = wide("k", 0);
    ScanMetrics metrics = read(plan("key", "k", "read-mode", "streaming"), 0);
    assertTrue(metrics.copiedBytes() > 0.99 * size, metrics.toString());
    assertTrue(metrics.receivedBytes() < size + 50_000, metrics.toString());
    assertTrue(metrics.peakBytes() < 3.1 * size / BATCHES, metrics.toString());
    assertTrue(metrics.checksumNanos() > 0);
  }

  @Test
  void projectionPullsOneColumn() throws IOException {
    long size = wide("k", 0);
    ScanMetrics metrics = read(plan("key", "k", "read-mode", "projected"), 0);
    assertTrue(metrics.receivedBytes() > size / COLUMNS, metrics.toString());
    assertTrue(metrics.receivedBytes() < 1.3 * size / COLUMNS, metrics.toString());
  }

  @Test
  void aStreamedEntryThatIsReplacedMidwayFailsAndTheSameWrittenAgainDoesNot() throws IOException {
    for (String mode : List.of("streaming", "projected")) {
      wide("k", 0);
      ScanPlan plan = plan("key", "k", "read-mode", mode);
      ScanTask task = Scans.task(plan, "n");
      try (TaskReader reader = new TaskReader(task, "replaced", new ScanMetrics())) {
        assertEquals(Scans.range(0, ROWS), Scans.numbers(reader.next()));
        jedis.del("k");
        wide("k", 0);
        assertEquals(Scans.range(ROWS, 2L * ROWS), Scans.numbers(reader.next()));
        wide("k", 5);
        // What was on its way already may still be of the write that was planned.
        ChangedEntryException error =
            assertThrows(
                ChangedEntryException.class,
                () -> {
                  for (long i = 2; i < BATCHES; i++) {
                    assertEquals(
                        Scans.range(i * ROWS, (i + 1) * ROWS), Scans.numbers(reader.next()));
                  }
                });
        assertTrue(error.getMessage().contains("'k' was replaced"), error.getMessage());
      }
    }
  }

  @Test
  void aDamagedEntryIsRefusedEarlyOrLate() throws IOException {
    long size = wide("k", 0);
    jedis.setrange("k".getBytes(UTF_8), size - 100_000, new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
    assertThrows(CorruptEntryException.class, () -> read(plan("key", "k"), 0));
    ScanTask task = Scans.task(plan("key", "k", "read-mode", "streaming"), "n");
    try (TaskReader reader = new TaskReader(task, "late", new ScanMetrics())) {
      for (int i = 0; i < BATCHES - 1; i++) {
        assertEquals(ROWS, reader.next().rowCount());
      }
      assertThrows(CorruptEntryException.class, reader::next);
    }
  }

  @Test
  void smallEntriesAreNotARoundTripEach() throws IOException {
    int many = 3000;
    Path file = new EntryWriter(directory).numbers("one", 0, 50, 50);
    byte[] bytes = Files.readAllBytes(file);
    byte[] value = Arrays.copyOfRange(bytes, FileHeader.LENGTH, bytes.length);
    for (int i = 0; i < many; i++) {
      jedis.set(("t:" + i).getBytes(UTF_8), value);
    }
    long before = ScanMetrics.ofThisJvm().receivedBytes();
    ScanPlan plan = plan("keys-pattern", "t:*");
    long planned = ScanMetrics.ofThisJvm().receivedBytes() - before;
    assertTrue(planned < 100L * many + 70L * value.length, planned + " bytes");
    assertTrue(plan.unseen() > many - 100);
    assertFalse(plan.tasks(List.of("n"), 4, Long.MAX_VALUE).isEmpty());
    ScanMetrics metrics = new ScanMetrics();
    List<Long> numbers = Scans.numbers(Scans.task(plan, "n"), metrics);
    Collections.sort(numbers);
    assertEquals(many * 100, numbers.size());
    assertEquals(99L, numbers.get(numbers.size() - 1));
    assertTrue(metrics.receivedBytes() < 1.1 * many * value.length, metrics.toString());
    assertEquals(many, metrics.entries());
  }
}

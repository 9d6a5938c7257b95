package dev.envelope.scan;

import static dev.envelope.scan.Scans.plan;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.CorruptEntryException;
import dev.envelope.entry.EntryVersion;
import dev.envelope.memory.Allocators;
import dev.envelope.memory.Region;
import dev.envelope.options.EntryFormat;
import dev.envelope.options.FileAccess;
import dev.envelope.payload.arrow.ArrowFile;
import dev.envelope.store.FileStoreLocation;
import dev.envelope.testing.EntryWriter;
import dev.envelope.testing.Values;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a footer says is read once a version. */
final class PlanCacheTest {
  @TempDir Path directory;

  @AfterEach
  void everythingIsGivenBack() {
    EntryPool.ofThisJvm().clear();
    assertEquals(0, Allocators.root().getAllocatedMemory());
  }

  @Test
  void anUnchangedEntryIsPlannedByItsHeadAlone() throws IOException {
    Path file = new EntryWriter(directory).numbers("k", 0, 10, 20);
    FileTime written = Files.getLastModifiedTime(file);
    ScanPlan first = plan(directory);
    // Nobody but this test does so: the footer is gone, and the file's time says nothing of it.
    EntryWriter.overwrite(file, Files.size(file) - 6, (byte) 'X');
    Files.setLastModifiedTime(file, written);
    ScanPlan second = plan(directory);
    assertEquals(first.entries(), second.entries());
    assertEquals(first.columns(), second.columns());
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000));
    assertThrows(CorruptEntryException.class, () -> plan(directory));
  }

  @Test
  void anotherVersionIsReadAnew() {
    EntryWriter writer = new EntryWriter(directory);
    writer.numbers("k", 0, 10);
    assertEquals(10, plan(directory).rows());
    writer.numbers("k", 0, 11);
    assertEquals(11, plan(directory).rows());
  }

  private static PlanCache.Key key(int i) {
    return new PlanCache.Key(
        new FileStoreLocation("/d", FileAccess.MAP),
        "k" + i,
        new EntryVersion(i, "", ""),
        null,
        new Reading(EntryFormat.AUTO, null, false, null, 1, false));
  }

  @Test
  void theOldestGoWhenThereIsTooMuch() {
    byte[] arrow =
        EntryWriter.arrow(
            new Schema(List.of(EntryWriter.field("n", new ArrowType.Int(64, true)))),
            2,
            (root, index) -> root.setRowCount(0));
    PlanCache cache = new PlanCache(60);
    try (Region region = Values.region(Allocators.allocated(), arrow)) {
      // One column and two batches: six each.
      PlanCache.Known footer = new PlanCache.Known(ArrowFile.open(region, 0), Optional.empty());
      for (int i = 0; i < 20; i++) {
        cache.put(key(i), footer);
        assertTrue(cache.find(key(0)).isPresent(), "used all the time");
      }
    }
    assertFalse(cache.find(key(10)).isPresent());
    assertTrue(cache.find(key(19)).isPresent());
    assertEquals(
        10,
        java.util.stream.IntStream.range(0, 20)
            .filter(i -> cache.find(key(i)).isPresent())
            .count());
  }
}

package dev.envelope.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.envelope.CorruptEntryException;
import dev.envelope.EnvelopeException;
import dev.envelope.MissingEntryException;
import dev.envelope.StoreException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.memory.Allocators;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.testing.EntryFile;
import dev.envelope.testing.Probe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Entries and directories that are not there, not readable, or not the same any more. */
@Timeout(60)
class ChangedStoreTest {
  private static final EntryFile ENTRY = EntryFile.bundled("small_batches");

  @TempDir private Path directory;

  @AfterEach
  void everythingIsGivenBack() {
    EntryPool.ofThisJvm().clear();
    assertEquals(0, Allocators.root().getAllocatedMemory());
  }

  /** Something that happens to the entry once the query is planned. */
  private interface Change {
    void to(Path file) throws IOException;
  }

  private EnvelopeException changed(Map<String, String> options, Change change) throws IOException {
    Path file = ENTRY.writeTo(directory);
    ScanPlan plan = ScanPlanner.plan(EnvelopeOptions.parse(options));
    ScanTask task = plan.tasks(List.of("id"), 1, Long.MAX_VALUE).get(0);
    change.to(file);
    EnvelopeException error;
    try (TaskReader reader = new TaskReader(task, "changed", new ScanMetrics())) {
      error = assertThrows(EnvelopeException.class, reader::next);
    }
    assertTrue(error.getMessage().contains("'" + ENTRY.key() + "'"), error::toString);
    return error;
  }

  private static void replace(Path file, EntryFile by) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp.1.2");
    Files.write(temporary, by.bytes());
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"map", "read"})
  void vanishedSincePlanned(String access) throws Exception {
    Map<String, String> options = Probe.options(directory, ENTRY, access);
    assertInstanceOf(MissingEntryException.class, changed(options, Files::delete));
  }

  @ParameterizedTest
  @ValueSource(strings = {"map", "read"})
  void expiredSincePlanned(String access) throws Exception {
    EnvelopeException error =
        changed(
            Probe.options(directory, ENTRY, access),
            file -> {
              long past = Instant.now().getEpochSecond() - 1;
              EntryFile expired = ENTRY.edited(bytes -> bytes.putLong(6, Long.reverseBytes(past)));
              replace(file, expired);
            });
    assertInstanceOf(MissingEntryException.class, error);
    assertTrue(error.getMessage().contains("expired"), error::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"map", "read"})
  void replacedSincePlanned(String access) throws Exception {
    Map<String, String> options = Probe.options(directory, ENTRY, access);
    List<EntryFile> others =
        List.of(
            ENTRY.with(EntryFile.bundled("one_row").bytes()),
            // As long, and of another checksum.
            ENTRY.edited(file -> file.put(ENTRY.arrowAt() + 700, (byte) 1)).signed(),
            ENTRY.withHeader(ENTRY.header().replace("\"s\": \"", "\"s\": \"my_")));
    for (EntryFile other : others) {
      EnvelopeException error = changed(options, file -> replace(file, other));
      assertInstanceOf(MissingEntryException.class, error);
      assertTrue(error.getMessage().contains("was replaced"), error::toString);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"map", "read"})
  void damagedSincePlanned(String access) throws Exception {
    Map<String, String> options = Probe.options(directory, ENTRY, access);
    EnvelopeException error =
        changed(options, file -> replace(file, ENTRY.edited(b -> b.put(900, (byte) ~b.get(900)))));
    assertInstanceOf(CorruptEntryException.class, error);
    assertInstanceOf(
        CorruptEntryException.class, changed(options, file -> replace(file, ENTRY.cutTo(20))));
    // One byte less: another version, by its length.
    assertInstanceOf(
        MissingEntryException.class,
        changed(options, file -> replace(file, ENTRY.cutTo(ENTRY.size() - 1))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"map", "read"})
  void notAFileAnyMore(String access) throws Exception {
    EnvelopeException error =
        changed(
            Probe.options(directory, ENTRY, access),
            file -> {
              Files.delete(file);
              Files.createDirectory(file);
            });
    assertInstanceOf(UnsupportedEntryException.class, error);
  }

  @Test
  void aRefreshedExpiryIsNoChange() throws Exception {
    Map<String, String> options = Probe.options(directory, ENTRY, "map");
    Path file = ENTRY.writeTo(directory);
    ScanPlan plan = ScanPlanner.plan(EnvelopeOptions.parse(options));
    ScanTask task = plan.tasks(List.of("id"), 1, Long.MAX_VALUE).get(0);
    long later = Instant.now().getEpochSecond() + 1000;
    replace(file, ENTRY.edited(bytes -> bytes.putLong(6, Long.reverseBytes(later))));
    try (TaskReader reader = new TaskReader(task, "refreshed", new ScanMetrics())) {
      assertTrue(reader.next().rowCount() > 0);
    }
  }

  @Test
  void skippedWhenSkippingWasAskedFor() throws Exception {
    Map<String, String> options = Probe.options(directory, ENTRY, "read");
    options.put("on-missing", "skip");
    Path file = ENTRY.writeTo(directory);
    ScanPlan plan = ScanPlanner.plan(EnvelopeOptions.parse(options));
    ScanTask task = plan.tasks(List.of("id"), 1, Long.MAX_VALUE).get(0);
    Files.delete(file);
    ScanMetrics metrics = new ScanMetrics();
    try (TaskReader reader = new TaskReader(task, "skipped", metrics)) {
      assertNull(reader.next());
    }
    assertEquals(1, metrics.skippedEntries());
  }

  private EnvelopeException refused(Path path) {
    Map<String, String> byKey = Probe.options(path, ENTRY, "map");
    EnvelopeException error =
        assertThrows(EnvelopeException.class, () -> Probe.read(byKey, field -> true));
    Map<String, String> all = Map.of("path", path.toString());
    assertThrows(EnvelopeException.class, () -> Probe.read(all, field -> true));
    return error;
  }

  @Test
  void missingDirectory() {
    Path missing = directory.resolve("missing");
    assertInstanceOf(MissingEntryException.class, refused(missing));
    StoreException error =
        assertThrows(
            StoreException.class,
            () -> Probe.read(Map.of("path", missing.toString()), field -> true));
    assertTrue(error.getMessage().contains(missing.toString()), error::toString);
  }

  @Test
  void aFileForADirectory() throws Exception {
    refused(Files.createFile(directory.resolve("file")));
  }

  @Test
  void unreadableDirectory() throws Exception {
    ENTRY.writeTo(directory);
    var before = Files.getPosixFilePermissions(directory);
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("---------"));
    try {
      assumeTrue(!Files.isReadable(directory), "root may read everything");
      assertInstanceOf(StoreException.class, refused(directory));
    } finally {
      Files.setPosixFilePermissions(directory, before);
    }
  }

  @Test
  void unreadableFile() throws Exception {
    Path file = ENTRY.writeTo(directory);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    assumeTrue(!Files.isReadable(file), "root may read everything");
    EnvelopeException error = refused(directory);
    assertInstanceOf(StoreException.class, error);
    assertTrue(error.getMessage().contains("'" + ENTRY.key() + "'"), error::toString);
  }

  @Test
  void notARegularFile() throws Exception {
    Path file = directory.resolve(ENTRY.fileName());
    Path target = EntryFile.bundled("one_row").writeTo(directory);
    Files.createSymbolicLink(file, target);
    assertInstanceOf(UnsupportedEntryException.class, refusedEntry());
    Files.delete(file);
    Files.createDirectory(file);
    assertInstanceOf(UnsupportedEntryException.class, refusedEntry());
    Files.delete(file);
    // Opening it would wait for a writer, for ever.
    Process mkfifo = new ProcessBuilder("mkfifo", file.toString()).start();
    assumeTrue(mkfifo.waitFor(10, TimeUnit.SECONDS) && mkfifo.exitValue() == 0);
    assertInstanceOf(UnsupportedEntryException.class, refusedEntry());
  }

  private EnvelopeException refusedEntry() {
    Map<String, String> options = Probe.options(directory, ENTRY, "map");
    EnvelopeException error =
        assertThrows(EnvelopeException.class, () -> Probe.read(options, field -> true));
    assertTrue(error.getMessage().contains("'" + ENTRY.key() + "'"), error::toString);
    return error;
  }
}

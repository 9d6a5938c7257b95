package dev.envelope.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.envelope.CorruptEntryException;
import dev.envelope.EnvelopeException;
import dev.envelope.MissingEntryException;
import dev.envelope.StoreException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.entry.FileHeader;
import dev.envelope.memory.Allocators;
import dev.envelope.memory.Region;
import dev.envelope.options.FileAccess;
import dev.envelope.testing.EntryWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.arrow.memory.ArrowBuf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A directory is read as cachekit left it: only entries, only regular files, nothing written. */
final class FileStoreTest {
  private static final long NOW = 1_800_000_000L;

  @TempDir Path directory;

  private FileStore store;
  private EntryWriter writer;

  @BeforeEach
  void open() {
    store = storeOf(directory, FileAccess.MAP);
    writer = new EntryWriter(directory);
  }

  @AfterEach
  void nothingIsLeft() {
    store.close();
    assertEquals(0, Allocators.root().getAllocatedMemory());
  }

  private static FileStore storeOf(Path directory, FileAccess access) {
    return new FileStore(
        directory, access, Clock.fixed(Instant.ofEpochSecond(NOW), ZoneOffset.UTC));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(StoredEntry entry) {
    byte[] bytes = new byte[(int) entry.size()];
    entry.read(0, ByteBuffer.wrap(bytes));
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private <E extends Throwable> E refused(Class<E> type, String key) {
    return assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> assertThrows(type, () -> store.open(store.entryOf(key)).close()));
  }

  @Test
  void onlyFilesWithAnEntrysNameAreListedAndAlwaysInTheSameOrder() throws IOException {
    List<String> names =
        List.of("0".repeat(32), "00b424e24b210f78fc22080871786b84", "a".repeat(32), "f".repeat(32));
    for (int i : new int[] {2, 0, 3, 1}) {
      Files.write(directory.resolve(names.get(i)), bytes("x"));
    }
    for (String other :
        new String[] {
          "a".repeat(32) + ".tmp.12.34",
          ".tmp.12",
          "." + "a".repeat(31),
          ".hidden",
          "A".repeat(32),
          "g".repeat(32),
          "a".repeat(31),
          "a".repeat(33),
          "a".repeat(32) + "\n",
          " " + "a".repeat(31),
          "README.md"
        }) {
      Files.write(directory.resolve(other), bytes("x"));
    }
    assertEquals(names, store.list().stream().map(EntryId::name).toList());
    store.list().forEach(id -> assertNull(id.key()));
  }

  @Test
  void anEntryIsFoundByItsKey() {
    Path file = writer.stored("größe", bytes("{value"));
    EntryId id = store.entryOf("größe");
    assertEquals(file.getFileName().toString(), id.name());
    assertEquals("größe", id.label());
    assertEquals(id.name(), store.list().get(0).label());
    try (StoredEntry entry = store.open(id)) {
      assertEquals(id, entry.id());
      assertEquals(6, entry.size());
      assertEquals(0, entry.expiresAt());
      assertEquals("{value", text(entry));
    }
  }

  @ParameterizedTest
  @EnumSource(FileAccess.class)
  void theRegionIsTheStoredValue(FileAccess access) {
    writer.stored("k", bytes("0123456789"));
    Region whole;
    try (FileStore accessed = storeOf(directory, access);
        StoredEntry entry = accessed.open(accessed.entryOf("k"))) {
      assertEquals(access == FileAccess.MAP, entry.mapped());
      whole = entry.region(Allocators.root(), 3);
    }
    // It outlives the entry and the store.
    try (Region region = whole;
        ArrowBuf view = region.view(3, 2)) {
      assertEquals(10, region.size());
      assertEquals('3', view.getByte(0));
      assertEquals(access == FileAccess.READ, view.memoryAddress() % 64 == 0);
    }
  }

  @Test
  void readsOutsideOfTheValueAreCorrupt() {
    writer.stored("k", bytes("0123456789"));
    try (StoredEntry entry = store.open(store.entryOf("k"))) {
      assertThrows(CorruptEntryException.class, () -> entry.read(5, ByteBuffer.allocate(6)));
      assertThrows(CorruptEntryException.class, () -> entry.read(11, ByteBuffer.allocate(1)));
      // The header of the file is no part of the value.
      assertThrows(CorruptEntryException.class, () -> entry.read(-4, ByteBuffer.allocate(4)));
      assertThrows(CorruptEntryException.class, () -> entry.copy(8, 3, "range"));
      entry.read(10, ByteBuffer.allocate(0));
    }
  }

  @ParameterizedTest
  @EnumSource(FileAccess.class)
  void anOpenEntryStaysTheOneThatWasOpened(FileAccess access) throws IOException {
    Path file = writer.stored("k", bytes("first"));
    try (FileStore accessed = storeOf(directory, access);
        StoredEntry entry = accessed.open(accessed.entryOf("k"))) {
      writer.stored("k", bytes("other"));
      assertEquals("first", text(entry));
      Files.delete(file);
      try (Region region = entry.region(Allocators.root(), 0);
          ArrowBuf view = region.view(0, 5)) {
        assertEquals('f', view.getByte(0));
      }
    }
  }

  @Test
  void aFileCutShortWhileItIsOpenIsCorrupt() throws IOException {
    Path file = writer.stored("k", bytes("0123456789"));
    try (FileStore reading = storeOf(directory, FileAccess.READ);
        StoredEntry entry = reading.open(reading.entryOf("k"))) {
      Files.write(file, bytes("CK"));
      CorruptEntryException error =
          assertThrows(
              CorruptEntryException.class, () -> entry.region(Allocators.root(), 0).close());
      assertTrue(error.getMessage().contains("cut short"), error.getMessage());
    }
  }

  @Test
  void expiredEntriesAreMissing() {
    writer.expiringAt(NOW + 1).stored("alive", bytes("x"));
    writer.expiringAt(-1).stored("for ever", bytes("x"));
    writer.expiringAt(NOW).stored("now", bytes("x"));
    writer.expiringAt(1).stored("long ago", bytes("x"));
    for (String key : new String[] {"alive", "for ever"}) {
      try (StoredEntry entry = store.open(store.entryOf(key))) {
        assertNotEquals(0, entry.expiresAt());
      }
    }
    for (String key : new String[] {"now", "long ago"}) {
      MissingEntryException error = refused(MissingEntryException.class, key);
      assertTrue(error.getMessage().contains("'" + key + "'"), error.getMessage());
      assertTrue(error.getMessage().contains("expired"), error.getMessage());
    }
  }

  @Test
  void anEntryThatIsNotThereIsMissing() {
    MissingEntryException error = refused(MissingEntryException.class, "nothing");
    assertTrue(error.getMessage().contains("'nothing'"), error.getMessage());
    assertTrue(error.getMessage().contains(directory.toString()), error.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "C", "CK", "CK\1\0\0\0\0\0\0\0\0\0\0"})
  void filesShorterThanTheirHeaderAreCorrupt(String content) throws IOException {
    Files.write(directory.resolve(store.entryOf("k").name()), bytes(content));
    refused(CorruptEntryException.class, "k");
  }

  @Test
  void symbolicLinksAreRefused() throws IOException {
    Path real = writer.stored("real", bytes("x"));
    Files.createSymbolicLink(directory.resolve(store.entryOf("link").name()), real);
    Files.createSymbolicLink(
        directory.resolve(store.entryOf("dangling").name()), directory.resolve("nowhere"));
    for (String key : new String[] {"link", "dangling"}) {
      UnsupportedEntryException error = refused(UnsupportedEntryException.class, key);
      assertTrue(error.getMessage().contains("symbolic link"), error.getMessage());
      assertTrue(error.getMessage().contains("'" + key + "'"), error.getMessage());
    }
  }

  @Test
  void theDirectoryItselfMayBeALink() throws IOException {
    writer.stored("k", bytes("x"));
    Path link = directory.resolve("link-to-itself");
    Files.createSymbolicLink(link, directory);
    try (FileStore linked = storeOf(link, FileAccess.MAP);
        StoredEntry entry = linked.open(linked.entryOf("k"))) {
      assertEquals(1, linked.list().size());
      assertEquals("x", text(entry));
    }
  }

  @Test
  void aLinkPutInPlaceOfAFileWhileItIsOpenedIsNeverFollowed() throws Exception {
    Path secret =
        new EntryWriter(Files.createDirectory(directory.resolve("else")))
            .stored("secret", bytes("secret"));
    Path file = writer.stored("k", bytes("public"));
    Path spare = directory.resolve("spare");
    AtomicBoolean done = new AtomicBoolean();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    byte[] content = Files.readAllBytes(file);
    Thread flipper =
        new Thread(
            () -> {
              try {
                while (!done.get()) {
                  Files.createSymbolicLink(spare, secret);
                  Files.move(spare, file, StandardCopyOption.ATOMIC_MOVE);
                  Files.write(spare, content);
                  Files.move(spare, file, StandardCopyOption.ATOMIC_MOVE);
                }
              } catch (IOException e) {
                failure.set(e);
              }
            });
    flipper.start();
    int opened = 0;
    int refused = 0;
    try {
      for (int i = 0; i < 2000 || opened == 0 || refused == 0; i++) {
        try (StoredEntry entry = store.open(store.entryOf("k"))) {
          assertEquals("public", text(entry));
          opened++;
        } catch (EnvelopeException e) {
          assertFalse(e instanceof CorruptEntryException, e.getMessage());
          refused++;
        }
        assertNull(failure.get());
      }
    } finally {
      done.set(true);
      flipper.join();
    }
  }

  @Test
  void theRevisionIsThatOfTheFileThatWasOpened() throws Exception {
    // Every write has a time of its own, which its content says: inodes are used again at once.
    Path file = writer.stored("k", bytes("1000000000"));
    touch(file, 1_000_000_000);
    byte[] header = Arrays.copyOf(Files.readAllBytes(file), FileHeader.LENGTH);
    AtomicBoolean done = new AtomicBoolean();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread replacer =
        new Thread(
            () -> {
              try {
                Path spare = directory.resolve("spare");
                for (int second = 1_000_000_001; !done.get(); second++) {
                  Files.write(spare, header);
                  Files.write(spare, bytes("" + second), StandardOpenOption.APPEND);
                  touch(spare, second);
                  Files.move(spare, file, StandardCopyOption.ATOMIC_MOVE);
                }
              } catch (IOException e) {
                failure.set(e);
              }
            });
    replacer.start();
    try {
      for (int i = 0; i < 2000; i++) {
        try (StoredEntry entry = store.open(store.entryOf("k"))) {
          Instant written = Instant.ofEpochSecond(Long.parseLong(text(entry)));
          assertTrue(
              entry.revision().endsWith(written.toString()),
              () -> written + " has " + entry.revision());
        } catch (StoreException e) {
          assertTrue(e.getMessage().contains("replaced"), e.getMessage());
        }
      }
    } finally {
      done.set(true);
      replacer.join();
    }
    assertNull(failure.get());
  }

  private static void touch(Path file, long second) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(second)));
  }

  @Test
  void aFifoIsRefusedAtOnce() throws Exception {
    Path fifo = directory.resolve(store.entryOf("fifo").name());
    assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
    UnsupportedEntryException error = refused(UnsupportedEntryException.class, "fifo");
    assertTrue(error.getMessage().contains("not a regular file"), error.getMessage());
  }

  @Test
  void aDirectoryInAnEntrysPlaceIsRefused() throws IOException {
    Files.createDirectory(directory.resolve(store.entryOf("dir").name()));
    UnsupportedEntryException error = refused(UnsupportedEntryException.class, "dir");
    assertTrue(error.getMessage().contains("not a regular file"), error.getMessage());
  }

  @Test
  void aDirectoryThatIsNotThereIsToldByItsName() {
    Path nowhere = directory.resolve("nowhere");
    try (FileStore missing = storeOf(nowhere, FileAccess.MAP)) {
      StoreException error = assertThrows(StoreException.class, missing::list);
      assertTrue(error.getMessage().contains("no directory " + nowhere), error.getMessage());
      assertThrows(MissingEntryException.class, () -> missing.open(missing.entryOf("k")).close());
    }
  }

  @Test
  void aFileInTheDirectorysPlaceIsTold() throws IOException {
    Path file = Files.write(directory.resolve("file"), bytes("x"));
    try (FileStore odd = storeOf(file, FileAccess.MAP)) {
      StoreException error = assertThrows(StoreException.class, odd::list);
      assertTrue(error.getMessage().contains("not a directory"), error.getMessage());
      assertThrows(EnvelopeException.class, () -> odd.open(odd.entryOf("k")).close());
    }
  }

  @Test
  void withoutPermissionTheErrorSaysSo() throws IOException {
    Path file = writer.stored("k", bytes("x"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    assumeFalse(Files.isReadable(file), "this user can read everything");
    StoreException error = refused(StoreException.class, "k");
    assertTrue(error.getMessage().contains("no permission"), error.getMessage());
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("-wx------"));
    try {
      StoreException listing = assertThrows(StoreException.class, store::list);
      assertTrue(listing.getMessage().contains("no permission"), listing.getMessage());
    } finally {
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Test
  void nothingIsEverWrittenOrDeleted() throws IOException {
    writer.stored("fine", bytes("{}"));
    writer.expiringAt(1).stored("expired", bytes("{}"));
    Files.write(directory.resolve(store.entryOf("corrupt").name()), bytes("CK"));
    Files.write(directory.resolve(store.entryOf("fine").name() + ".tmp.1.2"), bytes("CK"));
    var before = listing();
    for (FileAccess access : FileAccess.values()) {
      try (FileStore accessed = storeOf(directory, access)) {
        for (EntryId id : accessed.list()) {
          try (StoredEntry entry = accessed.open(id);
              Region region = entry.region(Allocators.root(), 0)) {
            assertEquals(2, region.size());
          } catch (EnvelopeException e) {
            assertFalse(e instanceof StoreException, e.getMessage());
          }
        }
      }
    }
    assertEquals(before, listing());
  }

  private Map<String, String> listing() throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (var paths = Files.list(directory)) {
      for (Path path : paths.toList()) {
        files.put(
            path.getFileName().toString(),
            Files.size(path) + " bytes of " + Files.getLastModifiedTime(path));
      }
    }
    return files;
  }

  @Test
  void aLocationOpensTheSameStoreElsewhere() {
    writer.stored("k", bytes("x"));
    StoreLocation location = new FileStoreLocation(directory.toString(), FileAccess.READ);
    try (Store opened = location.open();
        StoredEntry entry = opened.open(opened.entryOf("k"))) {
      assertInstanceOf(FileStore.class, opened);
      assertFalse(entry.mapped());
    }
    assertEquals(location, new FileStoreLocation(directory.toString(), FileAccess.READ));
  }
}

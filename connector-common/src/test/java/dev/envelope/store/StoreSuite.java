package dev.envelope.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.CorruptEntryException;
import dev.envelope.MissingEntryException;
import dev.envelope.StoreException;
import dev.envelope.memory.Allocators;
import dev.envelope.memory.ByteRange;
import dev.envelope.memory.Region;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every store does, whatever is behind it. A store's own test gives it the place. */
public abstract class StoreSuite {
  private long heldBefore;

  /** Puts a value where the store will look for it. */
  protected abstract void put(String key, byte[] value);

  /** The same with a value that has expired when this returns. */
  protected abstract void putExpired(String key, byte[] value);

  /** Takes a value away. */
  protected abstract void remove(String key);

  /** Takes the whole place away. */
  protected abstract void shutDown();

  /** Brings it back, empty or not. */
  protected abstract void startAgain();

  /** The place, in which everything is listed where it can be. */
  protected abstract StoreLocation location();

  /** Whether a store can have a key at all. */
  protected boolean canHold(String key) {
    return true;
  }

  /** Whether it says what is in it. */
  protected boolean lists() {
    return true;
  }

  @BeforeEach
  final void whatIsHeld() {
    heldBefore = Allocators.root().getAllocatedMemory();
  }

  @AfterEach
  final void nothingIsLeft() {
    assertEquals(heldBefore, Allocators.root().getAllocatedMemory());
  }

  private static BufferAllocator allocator() {
    return Allocators.child("suite", Long.MAX_VALUE);
  }

  private static byte[] random(int length) {
    byte[] value = new byte[length];
    new Random(length).nextBytes(value);
    return value;
  }

  private byte[] put(String key, int length) {
    byte[] value = random(length);
    put(key, value);
    return value;
  }

  private static byte[] bytes(Region region, long offset, long length) {
    byte[] bytes = new byte[(int) length];
    region.read(offset, ByteBuffer.wrap(bytes));
    return bytes;
  }

  private static StoredEntry open(Store store, String key) {
    return store.open(store.entryOf(key));
  }

  /** As whoever reads entries does it: the first bytes, what they are told by, everything. */
  private static byte[] whole(StoredEntry entry, BufferAllocator allocator) {
    int stamp = (int) Math.min(entry.size(), 64);
    entry.read(0, ByteBuffer.allocate(stamp));
    entry.stampedBy(stamp);
    try (Region region = entry.region(allocator, 0)) {
      assertEquals(entry.size(), region.size());
      return bytes(region, 0, region.size());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 20, 4095, 4096, 4097, 16_384, 65_536, 65_537, 300_001, 1_000_000})
  void aValueComesWhole(int length) {
    byte[] value = put("k", length);
    try (Store store = location().open();
        BufferAllocator allocator = allocator();
        StoredEntry entry = open(store, "k")) {
      assertEquals(length, entry.size());
      assertEquals("k", entry.id().key());
      assertArrayEquals(value, whole(entry, allocator));
    }
  }

  @Test
  void aLargeValueLiesWhereItIsWanted() {
    byte[] value = put("k", 20_000_003);
    try (Store store = location().open();
        BufferAllocator allocator = allocator()) {
      for (int aligned : new int[] {0, 1, 63, 143}) {
        try (StoredEntry entry = open(store, "k")) {
          entry.stampedBy(64);
          try (Region region = entry.region(allocator, aligned);
              ArrowBuf at = region.view(aligned, 1)) {
            if (!entry.mapped()) {
              assertEquals(0, at.memoryAddress() % 64);
              assertTrue(allocator.getAllocatedMemory() < value.length + 1000);
            }
            assertArrayEquals(value, bytes(region, 0, value.length));
          }
        }
      }
    }
  }

  @Test
  void aValueIsReadInRanges() {
    byte[] value = put("k", 100_003);
    try (Store store = location().open();
        StoredEntry entry = open(store, "k")) {
      entry.stampedBy(64);
      entry.prefetch(List.of(new ByteRange(99_000, 1_003)));
      for (ByteRange range :
          List.of(
              new ByteRange(0, 7),
              new ByteRange(4090, 12),
              new ByteRange(50_000, 10_000),
              new ByteRange(99_990, 13),
              new ByteRange(100_003, 0))) {
        ByteBuffer target = ByteBuffer.allocate((int) range.length());
        entry.read(range.offset(), target);
        assertArrayEquals(
            Arrays.copyOfRange(value, (int) range.offset(), (int) range.end()), target.array());
      }
      assertThrows(CorruptEntryException.class, () -> entry.read(100_000, ByteBuffer.allocate(4)));
      assertThrows(CorruptEntryException.class, () -> entry.read(-1, ByteBuffer.allocate(4)));
    }
  }

  @Test
  void partsKeepTheirOffsets() {
    byte[] value = put("k", 100_003);
    List<ByteRange> ranges =
        List.of(
            new ByteRange(0, 10),
            new ByteRange(8192, 4096),
            new ByteRange(50_000, 0),
            new ByteRange(100_002, 1));
    try (Store store = location().open();
        BufferAllocator allocator = allocator();
        StoredEntry entry = open(store, "k")) {
      entry.stampedBy(64);
      try (Pull pull = entry.pull(allocator, ranges, 13);
          Region region = pull.await()) {
        for (ByteRange range : ranges) {
          assertArrayEquals(
              Arrays.copyOfRange(value, (int) range.offset(), (int) range.end()),
              bytes(region, range.offset(), range.length()));
        }
        assertThrows(IllegalStateException.class, () -> bytes(region, 8191, 3));
      }
      try (Pull given = entry.pull(allocator, ranges, 13)) {
        assertFalse(given.toString().isEmpty());
      }
    }
  }

  @Test
  void aRegionOutlivesEntryAndStore() {
    byte[] value = put("k", 70_000);
    try (BufferAllocator allocator = allocator();
        Region region = region("k", allocator)) {
      assertArrayEquals(value, bytes(region, 0, value.length));
    }
  }

  private Region region(String key, BufferAllocator allocator) {
    try (Store store = location().open();
        StoredEntry entry = open(store, key)) {
      entry.stampedBy(64);
      return entry.region(allocator, 0);
    }
  }

  @Test
  void anEntryThatIsNotReadCostsNothing() {
    put("small", 10);
    byte[] value = put("large", 5_000_000);
    try (Store store = location().open();
        BufferAllocator allocator = allocator()) {
      for (int i = 0; i < 5; i++) {
        open(store, "small").close();
        open(store, "large").close();
        assertEquals(heldBefore, Allocators.root().getAllocatedMemory());
      }
      try (StoredEntry entry = open(store, "large")) {
        // Two at once: one does not get the bytes of the other.
        try (StoredEntry other = open(store, "small")) {
          assertArrayEquals(random(10), whole(other, allocator));
        }
        assertArrayEquals(value, whole(entry, allocator));
      }
    }
  }

  @Test
  void whatIsNotThereIsMissing() {
    put("there", 5);
    putExpired("expired", random(5));
    try (Store store = location().open()) {
      for (String key : List.of("nothing", "expired")) {
        String message =
            assertThrows(MissingEntryException.class, () -> open(store, key)).getMessage();
        assertTrue(message.contains("'" + key + "'"), message);
      }
      List<EntryId> ids =
          List.of(store.entryOf("nothing"), store.entryOf("there"), store.entryOf("expired"));
      assertArrayEquals(new long[] {-1, 5, -1}, store.sizes(ids));
      store.prefetch(ids);
      assertThrows(MissingEntryException.class, () -> open(store, "nothing"));
      try (StoredEntry entry = open(store, "there")) {
        assertEquals(5, entry.size());
      }
    }
  }

  @Test
  void whatVanishesIsWholeOrMissing() {
    byte[] value = put("k", 200_000);
    try (Store store = location().open();
        BufferAllocator allocator = allocator()) {
      assertEquals(value.length, store.sizes(List.of(store.entryOf("k")))[0]);
      try (StoredEntry entry = open(store, "k")) {
        entry.stampedBy(64);
        remove("k");
        try (Region region = entry.region(allocator, 0)) {
          assertArrayEquals(value, bytes(region, 0, value.length));
        } catch (MissingEntryException e) {
          assertTrue(e.getMessage().contains("'k'"), e.getMessage());
        }
      }
      assertThrows(MissingEntryException.class, () -> open(store, "k"));
    }
  }

  @Test
  void whatIsReplacedIsNeverMixed() {
    byte[] first = new byte[400_000];
    byte[] second = new byte[400_000];
    Arrays.fill(first, (byte) 1);
    Arrays.fill(second, (byte) 2);
    put("k", first);
    try (Store store = location().open();
        BufferAllocator allocator = allocator();
        StoredEntry entry = open(store, "k")) {
      entry.stampedBy(64);
      put("k", second);
      for (int i = 0; i < 2; i++) {
        try (Region region = entry.region(allocator, 0)) {
          assertArrayEquals(first, bytes(region, 0, first.length));
        } catch (MissingEntryException e) {
          assertTrue(e.getMessage().contains("'k'"), e.getMessage());
        }
      }
    }
  }

  @Test
  void oddKeysAreTakenAsTheyAre() {
    List<String> keys =
        List.of(
            "a b",
            "ns:f:args:0:1s",
            "*",
            "[a]?\\",
            "über/∑",
            "../k",
            "a\r\nget secret",
            "%41+&#=",
            "k".repeat(250),
            "k".repeat(251),
            "t:default:k");
    put("secret", 3);
    try (Store store = location().open();
        BufferAllocator allocator = allocator()) {
      for (String key : keys) {
        EntryId id = store.entryOf(key);
        assertEquals(key, id.key());
        assertEquals(-1, store.sizes(List.of(id))[0], key);
        if (!canHold(key)) {
          assertThrows(MissingEntryException.class, () -> store.open(id), key);
          continue;
        }
        byte[] value = key.getBytes(UTF_8);
        put(key, value);
        assertEquals(value.length, store.sizes(List.of(id))[0], key);
        try (StoredEntry entry = store.open(id)) {
          assertArrayEquals(value, whole(entry, allocator), key);
        }
      }
    }
  }

  @Test
  void announcedEntriesAreTheRightOnes() {
    try (Store store = location().open();
        BufferAllocator allocator = allocator()) {
      List<EntryId> ids = new ArrayList<>();
      List<byte[]> values = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        values.add(put("k" + i, i == 30 ? 3_000_000 : 100 + 97 * i));
        ids.add(store.entryOf("k" + i));
      }
      long[] sizes = store.sizes(ids);
      store.prefetch(ids);
      for (int i = 0; i < ids.size(); i++) {
        assertEquals(values.get(i).length, sizes[i]);
        try (StoredEntry entry = store.open(ids.get(i))) {
          assertArrayEquals(values.get(i), whole(entry, allocator));
        }
      }
    }
  }

  @Test
  void entriesAreListedOrTheListIsRefused() {
    put("one", 5);
    put("two", 5);
    try (Store store = location().open()) {
      if (lists()) {
        List<EntryId> ids = store.list();
        assertEquals(2, ids.size());
        assertEquals(ids, store.list());
        assertArrayEquals(new long[] {5, 5}, store.sizes(ids));
      } else {
        String message = assertThrows(StoreException.class, store::list).getMessage();
        assertTrue(message.contains("cannot list its keys; name them by 'key'"), message);
      }
    }
  }

  @Test
  void threadsShareAStore() throws Exception {
    List<byte[]> values = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      values.add(put("k" + i, 50_000 + i));
    }
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (Store store = location().open();
        BufferAllocator allocator = allocator()) {
      List<Future<?>> reads = new ArrayList<>();
      for (int i = 0; i < 80; i++) {
        int key = i % 8;
        reads.add(
            threads.submit(
                () -> {
                  try (StoredEntry entry = open(store, "k" + key)) {
                    assertArrayEquals(values.get(key), whole(entry, allocator));
                  }
                }));
      }
      for (Future<?> read : reads) {
        read.get();
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void aPlaceThatIsGoneIsSaidToBe() {
    put("k", 200_000);
    try (Store store = location().open();
        BufferAllocator allocator = allocator()) {
      try (StoredEntry entry = open(store, "k")) {
        whole(entry, allocator);
      }
      shutDown();
      try {
        List<Exception> failures = new ArrayList<>();
        failures.add(assertThrows(dev.envelope.EnvelopeException.class, () -> open(store, "k")));
        if (lists()) {
          failures.add(assertThrows(StoreException.class, store::list));
        }
        for (Exception failure : failures) {
          assertTrue(
              failure instanceof StoreException || failure instanceof MissingEntryException,
              failure.toString());
          assertFalse(failure.getMessage().contains("hunter2"), failure.getMessage());
        }
      } finally {
        startAgain();
      }
      byte[] value = put("k", 300_000);
      try (StoredEntry entry = open(store, "k")) {
        assertArrayEquals(value, whole(entry, allocator));
      }
    }
  }

  @Test
  void theLocationTravels() throws Exception {
    StoreLocation location = location();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(location);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertEquals(location, in.readObject());
    }
    assertEquals(location(), location);
    assertEquals(location().hashCode(), location.hashCode());
    assertFalse(location.toString().contains("hunter2"), location.toString());
  }
}

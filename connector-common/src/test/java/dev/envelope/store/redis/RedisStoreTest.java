package dev.envelope.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.ChangedEntryException;
import dev.envelope.MissingEntryException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.memory.Allocators;
import dev.envelope.memory.ByteRange;
import dev.envelope.memory.Region;
import dev.envelope.store.EntryId;
import dev.envelope.store.Pull;
import dev.envelope.store.Store;
import dev.envelope.store.StoredEntry;
import dev.envelope.testing.RealRedis;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values of a real server, found, measured and read in every way. */
final class RedisStoreTest extends RealRedis {
  /** Small, so that values of some hundred KB have many chunks. */
  private static final int CHUNK = 4096;

  private final Traffic traffic = new Traffic();
  private long heldBefore;

  @BeforeEach
  void whatIsHeld() {
    heldBefore = Allocators.root().getAllocatedMemory();
  }

  @AfterEach
  void nothingIsLeft() {
    assertEquals(heldBefore, Allocators.root().getAllocatedMemory());
  }

  private Store store(String... options) {
    return Stores.open(traffic, server.url(), options);
  }

  /** The option sets a chunk of the size that the values below are made for. */
  private Store chunked(String... more) {
    List<String> options = new ArrayList<>(List.of("redis-chunk-size", "" + CHUNK));
    options.addAll(List.of(more));
    return store(options.toArray(String[]::new));
  }

  private byte[] set(String key, int length) {
    byte[] value = new byte[length];
    new Random(length).nextBytes(value);
    jedis.set(key.getBytes(UTF_8), value);
    return value;
  }

  private static byte[] bytes(Region region, long offset, long length) {
    byte[] bytes = new byte[(int) length];
    region.read(offset, ByteBuffer.wrap(bytes));
    return bytes;
  }

  private static byte[] whole(StoredEntry entry, BufferAllocator allocator, int aligned) {
    try (Region region = entry.region(allocator, aligned);
        ArrowBuf at = region.view(aligned, 1)) {
      assertEquals(entry.size(), region.size());
      assertEquals(0, at.memoryAddress() % 64, "alignment");
      return bytes(region, 0, region.size());
    }
  }

  @ParameterizedTest
  @ValueSource(
      ints = {2, 20, 4095, 4096, 4097, 8191, 8192, 8193, 20_000, 65_535, 65_536, 65_537, 300_001})
  void aStampedValueComesWhole(int length) {
    byte[] value = set("k", length);
    try (Store store = chunked();
        BufferAllocator allocator = Allocators.child("test", Long.MAX_VALUE)) {
      for (boolean prefetched : new boolean[] {false, true}) {
        if (prefetched) {
          store.prefetch(List.of(store.entryOf("k")));
        }
        try (StoredEntry entry = store.open(store.entryOf("k"))) {
          assertEquals(length, entry.size());
          entry.stampedBy(Math.min(length, 100));
          assertArrayEquals(value, whole(entry, allocator, Math.min(length - 1, 77)));
        }
      }
    }
    assertEquals(0, traffic.retries.get());
    assertEquals(0, traffic.torn.get());
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 4097, 1_048_576, 1_048_577, 3_000_000})
  void aValueWithoutAStampComesWhole(int length) {
    byte[] value = set("k", length);
    try (Store store = store();
        BufferAllocator allocator = Allocators.child("test", Long.MAX_VALUE);
        StoredEntry entry = store.open(store.entryOf("k"))) {
      assertArrayEquals(value, whole(entry, allocator, 5));
    }
  }

  @Test
  void partsKeepTheirOffsets() {
    byte[] value = set("k", 100_003);
    List<ByteRange> ranges =
        List.of(
            new ByteRange(0, 10),
            new ByteRange(4095, 2),
            new ByteRange(8192, 4096),
            new ByteRange(20_001, 12_289),
            new ByteRange(50_000, 0),
            new ByteRange(100_002, 1));
    try (Store store = chunked();
        BufferAllocator allocator = Allocators.child("test", Long.MAX_VALUE);
        StoredEntry entry = store.open(store.entryOf("k"))) {
      entry.stampedBy(64);
      try (Pull pull = entry.pull(allocator, ranges, 13);
          Region region = pull.await()) {
        for (ByteRange range : ranges) {
          assertArrayEquals(
              Arrays.copyOfRange(value, (int) range.offset(), (int) range.end()),
              bytes(region, range.offset(), range.length()));
        }
        assertThrows(IllegalStateException.class, () -> bytes(region, 4095, 3));
      }
    }
  }

  @Test
  void readsAreServedFromWhatIsThere() {
    byte[] value = set("k", 200_000);
    try (Store store = chunked();
        StoredEntry entry = store.open(store.entryOf("k"))) {
      long opened = traffic.commands.get();
      entry.stampedBy(64);
      ByteBuffer head = ByteBuffer.allocate(4096);
      entry.read(0, head);
      assertArrayEquals(Arrays.copyOf(value, 4096), head.array());
      assertEquals(opened, traffic.commands.get(), "the head was read with the opening");

      entry.prefetch(List.of(new ByteRange(190_000, 10_000), new ByteRange(4000, 200)));
      long fetched = traffic.commands.get();
      ByteBuffer tail = ByteBuffer.allocate(500);
      entry.read(199_000, tail);
      assertArrayEquals(Arrays.copyOfRange(value, 199_000, 199_500), tail.array());
      assertEquals(fetched, traffic.commands.get(), "the tail was announced");

      ByteBuffer other = ByteBuffer.allocate(5000);
      entry.read(100_000, other);
      assertArrayEquals(Arrays.copyOfRange(value, 100_000, 105_000), other.array());
      assertTrue(traffic.commands.get() > fetched);
    }
  }

  @Test
  void readsWithoutAStampAreOfOneWriteAndTheValueIsHeldOnce() {
    byte[] value = set("k", 2_500_000);
    try (Store store = store();
        BufferAllocator allocator = Allocators.child("test", Long.MAX_VALUE);
        StoredEntry entry = store.open(store.entryOf("k"))) {
      ByteBuffer some = ByteBuffer.allocate(10);
      entry.read(2_000_000, some);
      assertArrayEquals(Arrays.copyOfRange(value, 2_000_000, 2_000_010), some.array());
      byte[] other = value.clone();
      Arrays.fill(other, (byte) 1);
      jedis.set("k".getBytes(UTF_8), other);
      some.clear();
      entry.read(1_000_000, some);
      assertArrayEquals(Arrays.copyOfRange(value, 1_000_000, 1_000_010), some.array());
      try (Region region = entry.region(allocator, 0)) {
        assertArrayEquals(value, bytes(region, 0, value.length));
        assertTrue(Allocators.root().getAllocatedMemory() - heldBefore < 2_600_000);
      }
    }
  }

  @Test
  void anotherWriteIsNoticedInEveryWayOfReading() {
    set("k", 100_000);
    try (Store store = chunked();
        BufferAllocator allocator = Allocators.child("test", Long.MAX_VALUE);
        StoredEntry entry = store.open(store.entryOf("k"))) {
      entry.stampedBy(64);
      byte[] other = new byte[100_000];
      for (byte[] replacement : new byte[][] {other, new byte[50_000], null}) {
        if (replacement == null) {
          jedis.del("k");
        } else {
          jedis.set("k".getBytes(UTF_8), replacement);
        }
        assertThrows(ChangedEntryException.class, () -> entry.region(allocator, 0));
        assertThrows(
            ChangedEntryException.class, () -> entry.read(90_000, ByteBuffer.allocate(100)));
        try (Pull pull = entry.pull(allocator, List.of(new ByteRange(5000, 20_000)), 0)) {
          assertThrows(ChangedEntryException.class, pull::await);
        }
      }
    }
    assertEquals(9, traffic.torn.get());
  }

  @Test
  void aPullThatIsGivenUpFreesItsMemory() {
    byte[] value = set("k", 20_000_000);
    try (Store store = store();
        BufferAllocator allocator = Allocators.child("test", Long.MAX_VALUE);
        StoredEntry entry = store.open(store.entryOf("k"))) {
      entry.stampedBy(64);
      for (int i = 0; i < 20; i++) {
        try (Pull pull = entry.pull(allocator, List.of(new ByteRange(0, value.length)), 0)) {
          assertTrue(allocator.getAllocatedMemory() >= value.length, pull.toString());
        }
        assertEquals(0, allocator.getAllocatedMemory());
      }
      assertArrayEquals(value, whole(entry, allocator, 0));
    }
  }

  @Test
  void sizesTellAbsentEmptyAndOtherKinds() {
    List<EntryId> ids = new ArrayList<>();
    try (Store store = store()) {
      for (int i = 0; i < 25_000; i++) {
        ids.add(store.entryOf("none" + i));
      }
      set("a", 17);
      jedis.set("empty", "");
      jedis.hset("hash", "f", "v");
      ids.add(3, store.entryOf("a"));
      ids.add(20_001, store.entryOf("empty"));
      ids.add(store.entryOf("hash"));
      long[] sizes = store.sizes(ids);
      assertEquals(17, sizes[3]);
      assertEquals(0, sizes[20_001]);
      assertEquals(0, sizes[25_002]);
      assertEquals(25_000, Arrays.stream(sizes).filter(size -> size == -1).count());
    }
  }

  @Test
  void otherKindsAreNamed() {
    jedis.hset("a hash", "f", "v");
    jedis.lpush("a list", "v");
    Map<String, String> kinds = Map.of("a hash", "hash", "a list", "list");
    try (Store store = store()) {
      kinds.forEach(
          (key, kind) -> {
            store.prefetch(List.of(store.entryOf(key)));
            String message =
                assertThrows(UnsupportedEntryException.class, () -> store.open(store.entryOf(key)))
                    .getMessage();
            assertTrue(message.contains("'" + key + "' holds a " + kind), message);
          });
    }
  }

  @Test
  void aMissingEntryIsNamed() {
    try (Store store = store()) {
      String message =
          assertThrows(MissingEntryException.class, () -> store.open(store.entryOf("nö")))
              .getMessage();
      assertTrue(message.startsWith("there is no entry 'nö' in the Redis; it was"), message);
    }
  }

  @Test
  void listsWhatMatchesWithoutLocks() {
    for (int i = 0; i < 5000; i++) {
      jedis.set("t:default:ns:a:" + i, "v");
    }
    jedis.set("t:default:ns:a:7:lock", "v");
    jedis.set("t:default:ns:b:7", "v");
    jedis.set(
        new byte[] {'t', ':', 'd', 'e', 'f', 'a', 'u', 'l', 't', ':', 'n', 's', ':', 'a', ':', -1},
        new byte[1]);
    try (Store store = store("tenant", "default", "keys-pattern", "ns:a:*", "key", null)) {
      List<EntryId> ids = store.list();
      assertEquals(5000, ids.size());
      assertEquals(new EntryId("t:default:ns:a:0", "ns:a:0"), ids.get(0));
      List<String> names = ids.stream().map(EntryId::name).toList();
      assertEquals(names.stream().sorted().distinct().toList(), names);
    }
    try (Store store = store("tenant", "default", "namespace", "a", "key", null)) {
      assertEquals(5000, store.list().size());
    }
    try (Store store = store("keys-pattern", "t:default:ns:[b]:*", "key", null)) {
      assertEquals(List.of(new EntryId("t:default:ns:b:7", "t:default:ns:b:7")), store.list());
    }
  }

  @Test
  void theTenantIsTakenOff() {
    byte[] value = set("t:a%20b:k", 10);
    try (Store store = store("tenant", "a b");
        StoredEntry entry = store.open(store.entryOf("k"))) {
      assertEquals(new EntryId("t:a%20b:k", "k"), entry.id());
      assertEquals(value.length, entry.size());
    }
  }

  @Test
  void expiryIsTheServers() {
    set("k", 10);
    try (Store store = store()) {
      try (StoredEntry entry = store.open(store.entryOf("k"))) {
        assertEquals(0, entry.expiresAt());
      }
      jedis.expire("k", 1000);
      try (StoredEntry entry = store.open(store.entryOf("k"))) {
        long left = entry.expiresAt() - Instant.now().getEpochSecond();
        assertTrue(left > 990 && left <= 1000, "" + left);
      }
    }
  }

  @Test
  void manySmallEntriesTakeACommandEach() {
    List<EntryId> ids = new ArrayList<>();
    List<byte[]> values = new ArrayList<>();
    try (Store store = store();
        BufferAllocator allocator = Allocators.child("test", Long.MAX_VALUE)) {
      Random random = new Random(1);
      for (int i = 0; i < 3000; i++) {
        ids.add(store.entryOf("k" + i));
        values.add(set("k" + i, 200 + random.nextInt(5000)));
      }
      long before = traffic.commands.get();
      store.prefetch(ids);
      for (int i = 0; i < ids.size(); i++) {
        try (StoredEntry entry = store.open(ids.get(i))) {
          entry.stampedBy(100);
          assertArrayEquals(values.get(i), whole(entry, allocator, 50));
        }
      }
      // Three more to learn what server it is.
      assertTrue(traffic.commands.get() - before <= 3003, "" + traffic.commands.get());
    }
  }

  @Test
  void refreshedTimesToLiveDisturbNoStampedPull() {
    byte[] value = set("k", 30_000_000);
    Repeating refresher =
        Repeating.every(1, () -> jedis.expire("k", 1000 + System.nanoTime() % 1000));
    try (refresher;
        Store store = store();
        BufferAllocator allocator = Allocators.child("test", Long.MAX_VALUE)) {
      for (int i = 0; i < 10; i++) {
        try (StoredEntry entry = store.open(store.entryOf("k"))) {
          entry.stampedBy(64);
          assertArrayEquals(value, whole(entry, allocator, 0));
        }
      }
      assertFalse(refresher.count() < 10, "refreshed too seldom to prove anything");
    }
    assertEquals(0, traffic.retries.get());
  }

  @Test
  void aTornPullIsNeverHandedOut() {
    // Each write is filled with one letter, so that a mixture is plain to see.
    int length = 6_000_000;
    byte[][] writes = new byte[4][length];
    for (int i = 0; i < writes.length; i++) {
      Arrays.fill(writes[i], (byte) ('a' + i));
    }
    jedis.set("k".getBytes(UTF_8), writes[0]);
    int[] next = {0};
    int whole = 0;
    int torn = 0;
    try (Repeating writer =
            Repeating.every(
                15, () -> jedis.set("k".getBytes(UTF_8), writes[next[0]++ % writes.length]));
        Store store = store("redis-chunk-size", "64k", "redis-window", "2");
        BufferAllocator allocator = Allocators.child("test", Long.MAX_VALUE)) {
      for (int i = 0; i < 150; i++) {
        try (StoredEntry entry = store.open(store.entryOf("k"))) {
          if (i % 3 > 0) {
            entry.stampedBy(64);
          }
          try (Region region =
              i % 3 == 1 ? pullParts(entry, allocator, length) : entry.region(allocator, 0)) {
            byte[] all = bytes(region, 0, length);
            for (byte b : all) {
              assertEquals(all[0], b);
            }
            whole++;
          } catch (ChangedEntryException | dev.envelope.StoreException e) {
            assertTrue(e.getMessage().contains("'k'"), e.getMessage());
            torn++;
          }
        }
      }
      assertTrue(writer.count() > 10);
    }
    assertNotEquals(0, torn, "overwritten too seldom to prove anything");
    assertNotEquals(0, whole, "overwritten too often to prove anything");
  }

  private static Region pullParts(StoredEntry entry, BufferAllocator allocator, int length) {
    try (Pull pull = entry.pull(allocator, List.of(new ByteRange(0, length)), 0)) {
      return pull.await();
    }
  }
}

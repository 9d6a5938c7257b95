package dev.envelope.redis;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.EnvelopeException;
import dev.envelope.StoreException;
import dev.envelope.testing.EntryWriter;
import dev.envelope.testing.redis.Patience;
import dev.envelope.testing.redis.RedisCluster;
import dev.envelope.testing.redis.RedisServer;
import dev.envelope.testing.redis.SlotMigration;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Servers that refuse what writes and what spans slots: nothing that the connector sends does, so
 * it reads on. And servers without memory, and slots that do not come to rest.
 */
@Timeout(120)
final class RefusedCommandsTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final int CHUNK = 256 << 10;
  private static final int ROWS = 3 * 65_536;
  private static final byte[] VALUE = StoredValues.constant(7, 4, 3, 65_536);

  /** Without a checksum, so that it is read between MULTI and EXEC. */
  private static final byte[] UNSTAMPED = unstamped(VALUE);

  @AfterEach
  void nothingIsHeld() {
    RedisScan.assertNothingHeld();
  }

  private static byte[] unstamped(byte[] value) {
    int arrowAt = 7 + EntryWriter.ARROW_HEADER.length() + 8;
    return EntryWriter.frame(
        EntryWriter.ARROW_HEADER, Arrays.copyOfRange(value, arrowAt, value.length));
  }

  private static void set(RedisServer server, String key, byte[] value) {
    try (Jedis redis = server.connect()) {
      redis.set(key.getBytes(StandardCharsets.UTF_8), value);
    }
  }

  /** Every command that the connector knows: listed, in every way of reading, under WATCH. */
  private static void everythingIsRead(String url) {
    for (String mode : List.of("verified", "streaming", "projected")) {
      RedisScan scan =
          RedisScan.at(url)
              .with("redis-chunk-size", Integer.toString(CHUNK))
              .with("read-mode", mode);
      Outcome.of(scan.with("key", "k")::run).isRows(ROWS, 7).within(SOON);
      Outcome.of(scan.with("keys-pattern", "k*")::run).isRows(ROWS, 7).within(SOON);
      Outcome.of(scan.with("key", "unstamped")::run).isRows(ROWS, 7).within(SOON);
    }
  }

  @Test
  void aReplicaThatIsReadOnlyIsRead() {
    try (RedisServer master = RedisServer.start();
        RedisServer replica = RedisServer.with().replicaOf(master).start()) {
      set(master, "k", VALUE);
      set(master, "unstamped", UNSTAMPED);
      try (Jedis redis = master.connect()) {
        Patience.until("the replica has all", () -> redis.waitReplicas(1, 1000) == 1);
      }
      JedisDataException refused =
          assertThrows(JedisDataException.class, () -> set(replica, "other", VALUE));
      assertTrue(refused.getMessage().startsWith("READONLY"), refused.getMessage());
      everythingIsRead(replica.url());
    }
  }

  @Test
  void aServerWithoutMemoryIsGivenUp() {
    // Nothing that is sent takes memory, but a server beyond its limit refuses whatever stands
    // between MULTI and EXEC, reads included.
    try (RedisServer server = RedisServer.with().set("maxmemory-policy", "noeviction").start()) {
      set(server, "k", VALUE);
      set(server, "unstamped", UNSTAMPED);
      try (Jedis redis = server.connect()) {
        redis.configSet("maxmemory", "1mb");
        JedisDataException refused =
            assertThrows(JedisDataException.class, () -> set(server, "other", VALUE));
        assertTrue(refused.getMessage().startsWith("OOM"), refused.getMessage());
        for (String key : List.of("k", "unstamped")) {
          Outcome outcome = Outcome.of(RedisScan.of(server.url(), key)::run).within(SOON);
          String message = outcome.isProblem(StoreException.class).problem().getMessage();
          assertTrue(message.contains("maxmemory") && message.contains("'" + key), message);
        }
        redis.configSet("maxmemory", "0");
      }
      everythingIsRead(server.url());
    }
  }

  @Test
  void entriesOfManySlotsAreReadTogether() {
    try (RedisCluster cluster = RedisCluster.start(3, 0)) {
      // All of one server's, in slots of their own: there a command for two of them is refused.
      List<String> keys =
          IntStream.range(0, 100)
              .mapToObj(i -> "k" + i)
              .filter(key -> cluster.ownerOf(key) == cluster.masters().get(0))
              .limit(8)
              .toList();
      RedisServer owner = cluster.masters().get(0);
      try (Jedis redis = owner.connect()) {
        JedisDataException refused =
            assertThrows(JedisDataException.class, () -> redis.mget(keys.toArray(new String[0])));
        assertTrue(refused.getMessage().startsWith("CROSSSLOT"), refused.getMessage());
      }
      byte[] stamped = StoredValues.constant(7, 1, 1, 1000);
      for (int i = 0; i < keys.size(); i++) {
        set(owner, keys.get(i), i % 2 == 0 ? stamped : unstamped(stamped));
      }
      RedisScan scan = RedisScan.at("redis://" + cluster.seeds());
      for (String mode : List.of("verified", "streaming", "projected")) {
        RedisScan moded = scan.with("read-mode", mode);
        Outcome.of(moded.with("keys", String.join(",", keys))::run)
            .isRows(1000L * keys.size(), 7)
            .within(SOON);
        Outcome.of(moded.with("keys-pattern", "k*")::run)
            .isRows(1000L * keys.size(), 7)
            .within(SOON);
      }
    }
  }

  @Test
  void aKeyThatIsMovedToAndFroIsReadOrGivenUp() throws InterruptedException {
    try (RedisCluster cluster = RedisCluster.start(3, 0)) {
      cluster.set("k", VALUE);
      RedisServer owner = cluster.ownerOf("k");
      SlotMigration migration = cluster.migrate("k");
      AtomicBoolean stop = new AtomicBoolean();
      AtomicInteger moves = new AtomicInteger();
      AtomicReference<Throwable> failure = new AtomicReference<>();
      Thread mover =
          new Thread(
              () -> {
                try (Jedis source = owner.connect();
                    Jedis target = migration.target().connect()) {
                  int slot = RedisCluster.slotOf("k");
                  String id = target.clusterMyId();
                  while (!stop.get()) {
                    // The owner answers ASK now, and a moment later has the key again.
                    migration.moveKeys();
                    Patience.pause(Duration.ofMillis(5));
                    source.clusterSetSlotStable(slot);
                    set(owner, "k", VALUE);
                    target.asking();
                    target.del("k");
                    source.clusterSetSlotMigrating(slot, id);
                    Patience.pause(Duration.ofMillis(5));
                    moves.incrementAndGet();
                  }
                } catch (RuntimeException e) {
                  failure.set(e);
                }
              });
      RedisScan scan =
          RedisScan.of("redis://" + cluster.seeds(), "k")
              .with("redis-chunk-size", Integer.toString(CHUNK));
      int read = 0;
      mover.start();
      try {
        long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (System.nanoTime() < end) {
          Outcome outcome = Outcome.of(scan::run).within(SOON);
          outcome.isRowsOr(ROWS, 7, EnvelopeException.class);
          read += outcome.problem() == null ? 1 : 0;
        }
      } finally {
        stop.set(true);
        mover.join();
      }
      assertNull(failure.get());
      assertTrue(moves.get() >= 20, moves + " moves are no storm");
      System.out.println(read + " times read in a storm of " + moves + " moves");
      Outcome.of(scan::run).isRows(ROWS, 7).within(SOON);
      migration.moveKeys().finish();
      Outcome.of(scan::run).isRows(ROWS, 7).within(SOON);
    }
  }

  @Test
  void serversThatSendOnToEachOtherAreGivenUp() {
    try (RedisCluster cluster = RedisCluster.start(3, 0)) {
      // Each of two believes that the other has the slot, as after a move that only half of the
      // cluster heard of.
      RedisServer owner = cluster.ownerOf("k");
      RedisServer other =
          cluster.masters().stream().filter(node -> node != owner).findFirst().orElseThrow();
      try (Jedis first = owner.connect();
          Jedis second = other.connect()) {
        int slot = RedisCluster.slotOf("k");
        first.clusterSetSlotNode(slot, second.clusterMyId());
        assertTrue(moved(first), "the owner did not let go");
        assertTrue(moved(second), "the other took it");
        RedisScan scan = RedisScan.of("redis://" + cluster.seeds(), "k");
        Outcome outcome = Outcome.of(scan::run).isProblem(StoreException.class).within(SOON);
        assertTrue(
            outcome.problem().getMessage().contains("cluster"), outcome.problem().getMessage());
        assertTrue(moved(first) && moved(second), "the cluster mended itself");
      }
    }
  }

  private static boolean moved(Jedis redis) {
    try {
      redis.get("k");
      return false;
    } catch (JedisDataException e) {
      return e.getMessage().startsWith("MOVED");
    }
  }
}

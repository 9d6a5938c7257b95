package dev.envelope.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.EnvelopeException;
import dev.envelope.StoreException;
import dev.envelope.scan.ScanMetrics;
import dev.envelope.scan.ScanPlan;
import dev.envelope.testing.redis.RedisCluster;
import dev.envelope.testing.redis.RedisSentinel;
import dev.envelope.testing.redis.RedisServer;
import dev.envelope.testing.redis.SlotMigration;
import dev.envelope.testing.redis.Spot;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;

/** Several servers: Sentinel, Cluster, replicas; they fail over and move slots in mid-pull. */
@Timeout(120)
final class TopologyFaultsTest {
  private static final Duration GIVEN_UP = Duration.ofSeconds(30);
  private static final int CHUNK = 256 << 10;
  private static final int ROWS = 3 * 65_536;
  private static final byte[] VALUE = StoredValues.constant(7, 4, 3, 65_536);

  @AfterEach
  void nothingIsHeld() {
    RedisScan.assertNothingHeld();
  }

  @AfterAll
  static void noThreadIsLeft() {
    OneServer.Leftovers.assertNoThreads(GIVEN_UP);
  }

  private static RedisScan scan(String url, String key) {
    return RedisScan.of(url, key).with("redis-chunk-size", Integer.toString(CHUNK));
  }

  private static void set(RedisServer server, String key, byte[] value) {
    try (Jedis redis = server.connect()) {
      redis.set(key.getBytes(StandardCharsets.UTF_8), value);
    }
  }

  @Test
  void aSentinelLeadsToTheMasterAndToTheNextOne() {
    try (RedisSentinel sentinel = RedisSentinel.start("secret")) {
      set(sentinel.master(), "k", VALUE);
      sentinel.sync();
      RedisScan scan = scan(sentinel.url(), "k").with("redis-password", "secret");
      Outcome.of(scan::run).isRows(ROWS, 7).within(GIVEN_UP);
      ScanPlan plan = scan.plan();
      sentinel.failOver();
      Outcome.of(() -> RedisScan.run(plan, new ScanMetrics())).isRows(ROWS, 7).within(GIVEN_UP);
      Outcome.of(scan::run).isRows(ROWS, 7).within(GIVEN_UP);
      OneServer.Leftovers.assertNoConnections(sentinel.master(), GIVEN_UP);
      OneServer.Leftovers.assertNoConnections(sentinel.sentinel(), GIVEN_UP);
    }
  }

  @Test
  void aSentinelFailsOverInMidPull() {
    try (RedisSentinel sentinel = RedisSentinel.start("secret")) {
      set(sentinel.master(), "k", VALUE);
      sentinel.sync();
      RedisScan scan = scan(sentinel.url(), "k").with("redis-password", "secret");
      sentinel.master().proxy().when(Spot.IN_PAYLOAD, CHUNK, 3, sentinel::failOver);
      Outcome.of(scan::run).isRowsOr(ROWS, 7, StoreException.class).within(GIVEN_UP);
      Outcome.of(scan::run).isRows(ROWS, 7).within(GIVEN_UP);
    }
  }

  @Test
  void replicasAreRead() {
    try (RedisSentinel sentinel = RedisSentinel.start()) {
      set(sentinel.master(), "k", VALUE);
      sentinel.sync();
      RedisServer replica = sentinel.replica();
      long before = replica.proxy().bytes();
      Outcome.of(scan(sentinel.url(), "k").with("redis-read-from", "replica")::run)
          .isRows(ROWS, 7)
          .within(GIVEN_UP);
      assertTrue(replica.proxy().bytes() - before >= VALUE.length, "it came from elsewhere");
    }
  }

  private static String clusterUrl(RedisCluster cluster) {
    return "redis://" + cluster.seeds();
  }

  @Test
  void aClusterIsReadWholeAndByKeys() {
    try (RedisCluster cluster = RedisCluster.start(3, 0)) {
      List<String> keys = IntStream.range(0, 12).mapToObj(i -> "t:default:ns:a:" + i).toList();
      for (String key : keys) {
        cluster.set(key, StoredValues.constant(7, 1, 1, 1000));
      }
      cluster.set("t:default:ns:b:0", StoredValues.constant(8, 1, 1, 1000));
      cluster.set(keys.get(0) + ":lock", new byte[] {'1'});
      assertTrue(keys.stream().map(cluster::ownerOf).distinct().count() == 3, "all in one place");
      Outcome.of(RedisScan.at(clusterUrl(cluster)).with("keys", String.join(",", keys))::run)
          .isRows(12_000, 7)
          .within(GIVEN_UP);
      Outcome.of(RedisScan.at(clusterUrl(cluster)).with("keys-pattern", "t:default:ns:a:*")::run)
          .isRows(12_000, 7)
          .within(GIVEN_UP);
      // One seed that answers is enough.
      String seeds = "redis://127.0.0.1:1," + cluster.seeds();
      Outcome.of(RedisScan.at(seeds).with("keys", String.join(",", keys))::run)
          .isRows(12_000, 7)
          .within(GIVEN_UP);
    }
  }

  @Test
  void slotsMoveBetweenQueriesAndInMidPull() {
    try (RedisCluster cluster = RedisCluster.start(3, 0)) {
      cluster.set("k", VALUE);
      RedisScan scan = scan(clusterUrl(cluster), "k");
      Outcome.of(scan::run).isRows(ROWS, 7).within(GIVEN_UP);
      ScanPlan plan = scan.plan();
      // On its way: the old master has it still, then sends on with ASK, then with MOVED.
      SlotMigration migration = cluster.migrate("k");
      Outcome.of(() -> RedisScan.run(plan, new ScanMetrics())).isRows(ROWS, 7).within(GIVEN_UP);
      migration.moveKeys();
      Outcome.of(() -> RedisScan.run(plan, new ScanMetrics())).isRows(ROWS, 7).within(GIVEN_UP);
      Outcome.of(scan::run).isRows(ROWS, 7).within(GIVEN_UP);
      migration.finish();
      Outcome.of(scan::run).isRows(ROWS, 7).within(GIVEN_UP);

      AtomicReference<Throwable> failure = new AtomicReference<>();
      RedisServer owner = cluster.ownerOf("k");
      owner
          .proxy()
          .when(
              Spot.AFTER_REPLY,
              CHUNK,
              3,
              () -> {
                try {
                  cluster.migrate("k").moveKeys().finish();
                } catch (RuntimeException e) {
                  failure.set(e);
                }
              });
      Outcome.of(scan::run).isRowsOr(ROWS, 7, EnvelopeException.class).within(GIVEN_UP);
      assertEquals(null, failure.get());
      Outcome.of(scan::run).isRows(ROWS, 7).within(GIVEN_UP);
      assertTrue(cluster.ownerOf("k") != owner, "nothing moved");

      // Half-way: the keys have gone in mid-pull, the slot has not.
      RedisServer next = cluster.ownerOf("k");
      AtomicReference<SlotMigration> half = new AtomicReference<>();
      next.proxy()
          .when(Spot.AFTER_REPLY, CHUNK, 3, () -> half.set(cluster.migrate("k").moveKeys()));
      Outcome.of(scan::run).isRowsOr(ROWS, 7, EnvelopeException.class).within(GIVEN_UP);
      Outcome.of(scan::run).isRows(ROWS, 7).within(GIVEN_UP);
      half.get().finish();
      Outcome.of(scan::run).isRows(ROWS, 7).within(GIVEN_UP);
      for (RedisServer node : cluster.nodes()) {
        OneServer.Leftovers.assertNoConnections(node, GIVEN_UP);
      }
    }
  }

  @Test
  void aClusterFailsOverBetweenQueriesAndInMidPull() {
    try (RedisCluster cluster = RedisCluster.start(3, 1, "secret")) {
      cluster.set("k", VALUE);
      RedisServer owner = cluster.ownerOf("k");
      try (Jedis redis = owner.connect()) {
        assertEquals(1, redis.waitReplicas(1, 10_000));
      }
      RedisScan scan = scan(clusterUrl(cluster), "k").with("redis-password", "secret");
      Outcome.of(scan::run).isRows(ROWS, 7).within(GIVEN_UP);
      owner.proxy().when(Spot.IN_PAYLOAD, CHUNK, 3, () -> cluster.failOver("k"));
      Outcome.of(scan::run).isRowsOr(ROWS, 7, StoreException.class).within(GIVEN_UP);
      Outcome.of(scan::run).isRows(ROWS, 7).within(GIVEN_UP);
      assertTrue(cluster.ownerOf("k") != owner, "nothing failed over");
    }
  }
}

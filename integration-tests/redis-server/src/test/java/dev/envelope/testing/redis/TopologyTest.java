package dev.envelope.testing.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisAskDataException;
import redis.clients.jedis.exceptions.JedisMovedDataException;

/** Sentinel and Cluster fail over, and slots move. */
final class TopologyTest {
  private static final byte[] VALUE = "value".getBytes(StandardCharsets.US_ASCII);

  @Test
  void aSentinelReplacesTheMaster() {
    try (RedisSentinel sentinel = RedisSentinel.start("secret")) {
      RedisServer first = sentinel.master();
      RedisServer second = sentinel.replica();
      assertNotSame(first, second);
      try (Jedis redis = first.connect()) {
        redis.set("a", "1");
      }
      sentinel.sync();
      try (Jedis redis = new Jedis("127.0.0.1", first.announcedPort())) {
        redis.auth("secret");
        assertEquals("1", redis.get("a"));
      }
      sentinel.failOver();
      assertSame(second, sentinel.master());
      assertSame(first, sentinel.replica());
      try (Jedis redis = second.connect()) {
        assertEquals("1", redis.get("a"));
        redis.set("a", "2");
      }
    }
  }

  @Test
  void slotsMoveBetweenMasters() {
    try (RedisCluster cluster = RedisCluster.start(3, 0)) {
      cluster.set("a", VALUE);
      RedisServer old = cluster.ownerOf("a");
      try (Jedis redis = old.connect()) {
        SlotMigration migration = cluster.migrate("a");
        assertEquals("value", redis.get("a"));
        migration.moveKeys();
        assertThrows(JedisAskDataException.class, () -> redis.get("a"));
        migration.finish();
        int announced =
            assertThrows(JedisMovedDataException.class, () -> redis.get("a"))
                .getTargetNode()
                .getPort();
        assertEquals(migration.target().proxy().port(), announced);
        assertSame(migration.target(), cluster.ownerOf("a"));
      }
      try (Jedis redis = cluster.ownerOf("a").connect()) {
        assertEquals("value", redis.get("a"));
      }
      assertEquals(3, cluster.seeds().split(",", -1).length);
    }
  }

  @Test
  void aClusterReplacesAMaster() {
    try (RedisCluster cluster = RedisCluster.start(3, 1, "secret")) {
      cluster.set("a", VALUE);
      RedisServer old = cluster.ownerOf("a");
      assertTrue(cluster.masters().contains(old));
      try (Jedis redis = old.connect()) {
        assertEquals(1, redis.waitReplicas(1, 10_000));
      }
      cluster.failOver("a");
      RedisServer now = cluster.ownerOf("a");
      assertNotSame(old, now);
      try (Jedis redis = now.connect()) {
        assertEquals("value", redis.get("a"));
        redis.set("a", "2");
      }
    }
  }
}

package dev.envelope.testing.redis;

import java.util.List;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.MigrateParams;

/** A slot on its way from one master of a cluster to another. */
public final class SlotMigration {
  private static final int MANY = 1_000_000;
  private static final int MILLIS = 20_000;

  private final RedisCluster cluster;
  private final int slot;
  private final RedisServer from;
  private final RedisServer to;

  SlotMigration(RedisCluster cluster, int slot, RedisServer from, RedisServer to) {
    this.cluster = cluster;
    this.slot = slot;
    this.from = from;
    this.to = to;
    try (Jedis source = from.connect();
        Jedis target = to.connect()) {
      target.clusterSetSlotImporting(slot, RedisCluster.id(from));
      source.clusterSetSlotMigrating(slot, RedisCluster.id(to));
    }
  }

  /** Moves the slot's keys; from here on the old master answers {@code ASK}. */
  public SlotMigration moveKeys() {
    try (Jedis source = from.connect()) {
      List<String> keys = source.clusterGetKeysInSlot(slot, MANY);
      for (String key : keys) {
        source.migrate("127.0.0.1", to.port(), MILLIS, MigrateParams.migrateParams(), key);
      }
    }
    return this;
  }

  /** Gives the slot to the new master; from here on the old one answers {@code MOVED}. */
  public void finish() {
    String id = RedisCluster.id(to);
    for (RedisServer node : cluster.masters()) {
      if (node.isAlive()) {
        try (Jedis redis = node.connect()) {
          redis.clusterSetSlotNode(slot, id);
        }
      }
    }
  }

  /** The new master. */
  public RedisServer target() {
    return to;
  }
}

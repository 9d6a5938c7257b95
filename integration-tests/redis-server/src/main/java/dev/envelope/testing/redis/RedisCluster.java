package dev.envelope.testing.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * A Redis Cluster: some masters that share the slots evenly, with or without a replica each. Each
 * node has a proxy before it, through which clients and replicas see it. Closed as a whole.
 */
public final class RedisCluster implements AutoCloseable {
  private static final int SLOTS = 16_384;

  private final List<RedisServer> masters = new ArrayList<>();
  private final List<RedisServer> replicas = new ArrayList<>();

  private RedisCluster(int size, int replicasEach, String password) {
    try {
      for (int i = 0; i < size; i++) {
        masters.add(node(password));
      }
      for (int i = 0; i < size * replicasEach; i++) {
        replicas.add(node(password));
      }
      join();
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /**
   * Starts it and waits until all nodes agree.
   *
   * @param masters at least 3, or no majority can replace one
   * @param replicasEach 0 or more; failing over needs 1
   */
  public static RedisCluster start(int masters, int replicasEach) {
    return new RedisCluster(masters, replicasEach, null);
  }

  /** The same with a password. */
  public static RedisCluster start(int masters, int replicasEach, String password) {
    return new RedisCluster(masters, replicasEach, password);
  }

  private static RedisServer node(String password) {
    RedisConfig config =
        RedisServer.with()
            .behindProxy("cluster-announce-port")
            .set("cluster-enabled", "yes")
            .set("cluster-config-file", "nodes.conf")
            .set("cluster-node-timeout", "1500")
            .set("cluster-replica-validity-factor", "0");
    if (password != null) {
      config.password(password).set("masterauth", password);
    }
    return config.start();
  }

  private void join() {
    List<RedisServer> all = nodes();
    for (int i = 0; i < all.size(); i++) {
      try (Jedis redis = all.get(i).connect()) {
        redis.clusterSetConfigEpoch(i + 1);
        if (i < masters.size()) {
          int from = SLOTS * i / masters.size();
          int to = SLOTS * (i + 1) / masters.size();
          redis.clusterAddSlots(IntStream.range(from, to).toArray());
        }
        if (i > 0) {
          redis.clusterMeet("127.0.0.1", all.get(0).port());
        }
      }
    }
    Patience.until("all nodes know each other", () -> all.stream().allMatch(this::knowsAll));
    for (int i = 0; i < replicas.size(); i++) {
      try (Jedis redis = replicas.get(i).connect()) {
        redis.clusterReplicate(id(masters.get(i % masters.size())));
      }
    }
    Patience.until("all nodes are well", () -> all.stream().allMatch(RedisCluster::isWell));
    for (RedisServer replica : replicas) {
      try (Jedis redis = replica.connect()) {
        Patience.until(
            "the replicas are in step",
            () -> redis.info("replication").contains("master_link_status:up"));
      }
    }
    Patience.until(
        "all nodes know all replicas",
        () -> all.stream().allMatch(node -> count(node, "slave") == replicas.size()));
  }

  private boolean knowsAll(RedisServer node) {
    try (Jedis redis = node.connect()) {
      String known = redis.clusterNodes();
      return known.lines().count() == nodes().size() && !known.contains("handshake");
    }
  }

  private static long count(RedisServer node, String flag) {
    try (Jedis redis = node.connect()) {
      return redis.clusterNodes().lines().filter(line -> line.contains(flag)).count();
    }
  }

  private static boolean isWell(RedisServer node) {
    try (Jedis redis = node.connect()) {
      String info = redis.clusterInfo();
      return info.contains("cluster_state:ok") && info.contains("cluster_slots_ok:" + SLOTS);
    }
  }

  static String id(RedisServer node) {
    try (Jedis redis = node.connect()) {
      return redis.clusterMyId();
    }
  }

  /** All nodes, those that began as masters first. */
  public List<RedisServer> nodes() {
    List<RedisServer> all = new ArrayList<>(masters);
    all.addAll(replicas);
    return Collections.unmodifiableList(all);
  }

  /** The nodes that began as masters. */
  public List<RedisServer> masters() {
    return Collections.unmodifiableList(masters);
  }

  /** {@code 127.0.0.1:PORT,127.0.0.1:PORT,…} of the nodes that began as masters. */
  public String seeds() {
    return masters.stream()
        .map(node -> "127.0.0.1:" + node.announcedPort())
        .collect(Collectors.joining(","));
  }

  /** The slot of a key. */
  public static int slotOf(String key) {
    return JedisClusterCRC16.getSlot(key);
  }

  /** The node that has the key's slot, as the nodes that answer say. */
  public RedisServer ownerOf(String key) {
    int slot = slotOf(key);
    for (RedisServer node : nodes()) {
      if (node.isAlive()) {
        try (Jedis redis = node.connect()) {
          String id = ownerIn(redis.clusterNodes(), slot);
          for (RedisServer candidate : nodes()) {
            if (candidate.isAlive() && id(candidate).equals(id)) {
              return candidate;
            }
          }
        }
      }
    }
    throw new IllegalStateException("nobody has slot " + slot);
  }

  private static String ownerIn(String nodes, int slot) {
    for (String line : nodes.lines().toList()) {
      String[] words = line.split(" ", -1);
      for (int i = 8; i < words.length; i++) {
        if (!words[i].startsWith("[")) {
          String[] range = words[i].split("-", -1);
          int from = Integer.parseInt(range[0]);
          int to = Integer.parseInt(range[range.length - 1]);
          if (slot >= from && slot <= to) {
            return words[0];
          }
        }
      }
    }
    return "";
  }

  /** Stores a value where it belongs. */
  public void set(String key, byte[] value) {
    try (Jedis redis = ownerOf(key).connect()) {
      redis.set(key.getBytes(StandardCharsets.UTF_8), value);
    }
  }

  /**
   * Begins to move a key's slot to another master: the old one still has the keys, and answers for
   * those that it has not any more with {@code ASK}.
   */
  public SlotMigration migrate(String key) {
    RedisServer from = ownerOf(key);
    RedisServer to = masters.stream().filter(node -> node != from).findFirst().orElseThrow();
    return new SlotMigration(this, slotOf(key), from, to);
  }

  /** Kills the master of a key and waits until its replica has taken over. */
  public void failOver(String key) {
    RedisServer old = ownerOf(key);
    old.kill();
    Patience.until(
        "the replica takes over",
        () ->
            nodes().stream().filter(RedisServer::isAlive).allMatch(node -> moved(node, key, old)));
  }

  private boolean moved(RedisServer node, String key, RedisServer old) {
    try (Jedis redis = node.connect()) {
      String info = redis.clusterInfo();
      String owner = ownerIn(redis.clusterNodes(), slotOf(key));
      return info.contains("cluster_state:ok")
          && nodes().stream()
              .filter(candidate -> candidate != old && candidate.isAlive())
              .anyMatch(candidate -> id(candidate).equals(owner));
    }
  }

  @Override
  public void close() {
    nodes().forEach(RedisServer::close);
  }
}

package dev.envelope.testing.redis;

import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;

/**
 * A master, a replica, and a sentinel that makes the replica the master when the master is gone.
 * Each of the two has a proxy before it, through which all the others see it. Closed as a whole.
 */
public final class RedisSentinel implements AutoCloseable {
  /** What the sentinel calls the master. */
  public static final String MASTER = "cache";

  private final List<RedisServer> servers = new ArrayList<>();
  private final RedisServer sentinel;

  private RedisSentinel(String password) {
    try {
      RedisConfig master = RedisServer.with().behindProxy("replica-announce-port");
      if (password != null) {
        // The old master comes back as a replica.
        master.password(password).set("masterauth", password);
      }
      servers.add(master.start());
      RedisConfig replica =
          RedisServer.with().behindProxy("replica-announce-port").replicaOf(servers.get(0));
      if (password != null) {
        replica.password(password).set("masterauth", password);
      }
      servers.add(replica.start());
      // A sentinel asks for replicas at once, and then not for 10 seconds.
      awaitReplica();
      RedisConfig config =
          RedisServer.with()
              .sentinel()
              .set(
                  "sentinel monitor",
                  MASTER + " 127.0.0.1 " + servers.get(0).announcedPort() + " 1")
              .set("sentinel down-after-milliseconds", MASTER + " 700")
              .set("sentinel failover-timeout", MASTER + " 3000");
      if (password != null) {
        config.set("sentinel auth-pass", MASTER + " " + password);
      }
      sentinel = config.start();
      Patience.until("the sentinel knows the replica", () -> replicas() == 1);
    } catch (RuntimeException | Error e) {
      servers.forEach(RedisServer::close);
      throw e;
    }
  }

  /** Without passwords. */
  public static RedisSentinel start() {
    return new RedisSentinel(null);
  }

  /**
   * The servers have a password, the sentinel has none.
   *
   * @param password without spaces and quotes
   */
  public static RedisSentinel start(String password) {
    return new RedisSentinel(password);
  }

  private void awaitReplica() {
    try (Jedis master = servers.get(0).connect()) {
      Patience.until(
          "the replica is in step", () -> master.info("replication").contains("state=online"));
    }
  }

  private int replicas() {
    try (Jedis redis = sentinel.connect()) {
      return redis.sentinelReplicas(MASTER).size();
    }
  }

  /** {@code redis-sentinel://127.0.0.1:PORT#cache}, without a password. */
  public String url() {
    return "redis-sentinel://127.0.0.1:" + sentinel.port() + "#" + MASTER;
  }

  /** The sentinel itself. */
  public RedisServer sentinel() {
    return sentinel;
  }

  /** The server that the sentinel says is the master now. */
  public RedisServer master() {
    try (Jedis redis = sentinel.connect()) {
      HostAndPort address =
          HostAndPort.from(String.join(":", redis.sentinelGetMasterAddrByName(MASTER)));
      return servers.stream()
          .filter(server -> server.announcedPort() == address.getPort())
          .findFirst()
          .orElseThrow();
    }
  }

  /** The other one. */
  public RedisServer replica() {
    RedisServer master = master();
    return servers.get(0) == master ? servers.get(1) : servers.get(0);
  }

  /** Waits until the replica has everything that the master has. */
  public void sync() {
    try (Jedis redis = master().connect()) {
      Patience.until("the replica has everything", () -> redis.waitReplicas(1, 1000) == 1);
    }
  }

  /** Kills the master and waits until the replica is the master. */
  public void failOver() {
    RedisServer old = master();
    old.kill();
    Patience.until("the replica takes over", () -> master() != old);
    try (Jedis redis = master().connect()) {
      Patience.until(
          "the replica is the master", () -> redis.info("replication").contains("role:master"));
    }
  }

  @Override
  public void close() {
    sentinel.close();
    servers.forEach(RedisServer::close);
  }
}

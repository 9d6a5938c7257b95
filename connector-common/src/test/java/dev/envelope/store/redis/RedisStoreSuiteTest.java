package dev.envelope.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.envelope.store.StoreLocation;
import dev.envelope.store.StoreSuite;
import dev.envelope.testing.redis.Patience;
import dev.envelope.testing.redis.RedisServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.SetParams;

/** A Redis does what every store does. */
final class RedisStoreSuiteTest extends StoreSuite {
  private static RedisServer server;

  @BeforeAll
  static void start() {
    server = RedisServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void empty() {
    try (Jedis jedis = server.connect()) {
      jedis.flushAll();
    }
  }

  @Override
  protected void put(String key, byte[] value) {
    try (Jedis jedis = server.connect()) {
      jedis.set(key.getBytes(UTF_8), value);
    }
  }

  @Override
  protected void putExpired(String key, byte[] value) {
    try (Jedis jedis = server.connect()) {
      jedis.set(key.getBytes(UTF_8), value, SetParams.setParams().px(1));
      Patience.until("expired", () -> !jedis.exists(key));
    }
  }

  @Override
  protected void remove(String key) {
    try (Jedis jedis = server.connect()) {
      jedis.del(key);
    }
  }

  @Override
  protected void shutDown() {
    server.kill();
  }

  @Override
  protected void startAgain() {
    server.restart();
  }

  @Override
  protected StoreLocation location() {
    return Stores.location(
        server.url(),
        "key",
        null,
        "keys-pattern",
        "*",
        "redis-password",
        null,
        "redis-connect-timeout",
        "1s");
  }
}

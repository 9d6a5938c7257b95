package dev.envelope.redis;

import dev.envelope.testing.redis.FaultProxy;
import dev.envelope.testing.redis.Patience;
import dev.envelope.testing.redis.RedisServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import redis.clients.jedis.Jedis;

/**
 * A server with a proxy before it for all tests of a class: empty and sound before each test. After
 * each test no memory may be held, and after the last one no connection and no thread.
 */
final class OneServer
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  /** A shared client lives on for a few seconds after its last user. */
  private static final Duration CLIENTS_CLOSE = Duration.ofSeconds(30);

  private RedisServer server;
  private FaultProxy proxy;

  @Override
  public void beforeAll(ExtensionContext context) {
    server = RedisServer.start();
    proxy = FaultProxy.before(server.port());
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    try (Jedis redis = server.connect()) {
      redis.flushAll();
    }
  }

  @Override
  public void afterEach(ExtensionContext context) {
    proxy.heal();
    if (server.isAlive()) {
      server.thaw();
    } else {
      server.restart();
    }
    RedisScan.assertNothingHeld();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (server == null) {
      // There was none to be started.
      return;
    }
    try {
      Leftovers.assertNoConnections(server, CLIENTS_CLOSE);
      Leftovers.assertNoThreads(CLIENTS_CLOSE);
    } finally {
      proxy.close();
      server.close();
    }
  }

  RedisServer server() {
    return server;
  }

  FaultProxy proxy() {
    return proxy;
  }

  /** Reads a key through the proxy. */
  RedisScan scan(String key) {
    return RedisScan.of(proxy.url(), key);
  }

  /** Stores a value, past the proxy. */
  void set(String key, byte[] value) {
    try (Jedis redis = server.connect()) {
      redis.set(key.getBytes(StandardCharsets.UTF_8), value);
    }
  }

  /** What is left when everything should be gone. */
  static final class Leftovers {
    private Leftovers() {}

    static void assertNoConnections(RedisServer server, Duration limit) {
      try {
        Patience.until("no connections", limit, () -> server.clients().isEmpty());
      } catch (IllegalStateException e) {
        throw new AssertionError("connections that were not closed: " + server.clients(), e);
      }
    }

    static List<String> threads() {
      return Thread.getAllStackTraces().keySet().stream()
          .filter(Thread::isAlive)
          .map(Thread::getName)
          .filter(name -> name.matches("(?i).*(lettuce|netty|redis|envelope|reactor).*"))
          .toList();
    }

    static void assertNoThreads(Duration limit) {
      try {
        Patience.until("no threads", limit, () -> threads().isEmpty());
      } catch (IllegalStateException e) {
        throw new AssertionError("threads that did not end: " + threads(), e);
      }
    }
  }
}

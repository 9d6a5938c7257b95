package dev.envelope.store.memcached;

import dev.envelope.options.EnvelopeOptions;
import dev.envelope.options.MemcachedSettings;
import dev.envelope.store.StoreLocation;
import dev.envelope.store.StoreSuite;
import dev.envelope.testing.redis.MemcachedServer;
import dev.envelope.testing.redis.Patience;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** A Memcached does what every store does. */
final class MemcachedStoreSuiteTest extends StoreSuite {
  private static final String PREFIX = "app:";

  private static MemcachedServer server;

  @BeforeAll
  static void start() {
    server = MemcachedServer.start("-m", "256", "-I", "64m");
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @BeforeEach
  void empty() {
    server.clear();
  }

  @Override
  protected void put(String key, byte[] value) {
    server.set(PREFIX + key, value);
  }

  @Override
  protected void putExpired(String key, byte[] value) {
    server.set(PREFIX + key, value, 1);
    // The server's clock moves once a second.
    Patience.pause(Duration.ofMillis(2100));
  }

  @Override
  protected void remove(String key) {
    server.delete(PREFIX + key);
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
    EnvelopeOptions options =
        EnvelopeOptions.parse(
            Map.of("url", server.url(), "key", "unused", "memcached-key-prefix", PREFIX));
    return new MemcachedStoreLocation(
        (MemcachedSettings) options.remote().orElseThrow(), options.keyPrefix());
  }

  @Override
  protected boolean canHold(String key) {
    return (PREFIX + key).length() <= 250
        && key.chars().allMatch(letter -> letter > 32 && letter < 127);
  }

  @Override
  protected boolean lists() {
    return false;
  }
}

package dev.envelope.redis;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.StoreException;
import dev.envelope.testing.redis.Certificates;
import dev.envelope.testing.redis.RedisServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;

/** TLS, and everything that can be wrong with it. */
@Timeout(60)
final class TlsFaultsTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  /** Large enough to cross in several chunks. */
  private static final byte[] VALUE = StoredValues.constant(7, 4, 3, 65_536);

  private static final int ROWS = 3 * 65_536;

  private static Certificates authority;
  private static Certificates stranger;

  @BeforeAll
  static void make() {
    authority = Certificates.authority("our authority");
    stranger = Certificates.authority("another authority");
  }

  @AfterAll
  static void delete() {
    authority.close();
    stranger.close();
    OneServer.Leftovers.assertNoThreads(Duration.ofSeconds(30));
  }

  @AfterEach
  void nothingIsHeld() {
    RedisScan.assertNothingHeld();
  }

  private static RedisServer start(Certificates.KeyPairFiles certificate) {
    return filled(RedisServer.with().tls(authority, certificate).start());
  }

  private static RedisServer filled(RedisServer server) {
    try (Jedis redis = server.connect()) {
      redis.set("k".getBytes(StandardCharsets.UTF_8), VALUE);
    }
    return server;
  }

  private static RedisScan scan(RedisServer server) {
    return scan("127.0.0.1", server.tlsPort());
  }

  private static RedisScan scan(String host, int port) {
    return RedisScan.of("rediss://" + host + ":" + port, "k")
        .with("redis-tls-ca-file", authority.authorityFile().toString());
  }

  private static void refused(RedisScan scan, String word) {
    Outcome outcome = Outcome.of(scan::run).isProblem(StoreException.class).within(SOON);
    String message = outcome.problem().getMessage();
    assertTrue(message.contains(word), "no '" + word + "' in: " + message);
  }

  @Test
  void aGoodCertificateIsTaken() {
    try (RedisServer server = start(authority.server())) {
      Outcome.of(scan(server)::run).isRows(ROWS, 7).within(SOON);
      Outcome.of(scan("localhost", server.tlsPort())::run).isRows(ROWS, 7).within(SOON);
    }
  }

  @Test
  void anExpiredOneIsRefused() {
    try (RedisServer server = start(authority.expired())) {
      refused(scan(server), "expired");
      refused(scan(server).with("redis-tls-verify", "ca"), "expired");
      Outcome.of(scan(server).with("redis-tls-verify", "none")::run).isRows(ROWS, 7);
    }
  }

  @Test
  void oneForAnotherHostIsRefused() {
    try (RedisServer server = start(authority.serverNamed("cache.test"))) {
      refused(scan(server), "another host");
      Outcome.of(scan(server).with("redis-tls-verify", "ca")::run).isRows(ROWS, 7);
    }
  }

  @Test
  void oneOfAnUnknownAuthorityIsRefused() {
    try (RedisServer server = start(authority.server())) {
      RedisScan scan = scan(server).with("redis-tls-ca-file", stranger.authorityFile().toString());
      refused(scan, "redis-tls-ca-file");
      refused(scan.with("redis-tls-verify", "ca"), "redis-tls-ca-file");
      refused(RedisScan.of("rediss://127.0.0.1:" + server.tlsPort(), "k"), "redis-tls-ca-file");
    }
  }

  @Test
  void aPlainPortSpeaksNoTls() {
    try (RedisServer server = start(authority.server())) {
      refused(scan("127.0.0.1", server.port()), "TLS");
      // And the other way round.
      Outcome.of(RedisScan.of("redis://127.0.0.1:" + server.tlsPort(), "k")::run)
          .isProblem(StoreException.class)
          .within(SOON);
    }
  }

  @Test
  void aClientMayHaveToShowACertificate() {
    try (RedisServer server =
        filled(
            RedisServer.with().tls(authority, authority.server()).clientCertificates().start())) {
      Certificates.KeyPairFiles own = authority.client("reader");
      Outcome.of(
              scan(server)
                      .with("redis-tls-certificate-file", own.certificate().toString())
                      .with("redis-tls-key-file", own.key().toString())
                  ::run)
          .isRows(ROWS, 7)
          .within(SOON);
      refused(scan(server), "certificate");
      Certificates.KeyPairFiles strange = stranger.client("reader");
      Outcome.of(
              scan(server)
                      .with("redis-tls-certificate-file", strange.certificate().toString())
                      .with("redis-tls-key-file", strange.key().toString())
                  ::run)
          .isProblem(StoreException.class)
          .within(SOON);
    }
  }
}

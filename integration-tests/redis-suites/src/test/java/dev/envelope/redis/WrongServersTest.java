package dev.envelope.redis;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.EnvelopeException;
import dev.envelope.MissingEntryException;
import dev.envelope.StoreException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.scan.ScanMetrics;
import dev.envelope.testing.redis.RedisServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.XAddParams;

/**
 * Keys that hold no entry, and servers that will not or cannot answer: the error says what to do.
 */
@Timeout(60)
final class WrongServersTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final byte[] VALUE = StoredValues.constant(7, 2, 2, 50_000);
  private static final int ROWS = 100_000;

  @RegisterExtension static final OneServer REDIS = new OneServer();

  @AfterEach
  void nothingIsHeld() {
    RedisScan.assertNothingHeld();
  }

  private static String problem(RedisScan scan, Class<? extends EnvelopeException> type) {
    Outcome outcome = Outcome.of(scan::run).within(SOON).isProblem(type);
    return outcome.problem().getMessage();
  }

  private static void says(String message, String... words) {
    for (String word : words) {
      assertTrue(message.contains(word), "no '" + word + "' in: " + message);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"hash", "list", "set", "zset", "stream"})
  void anotherKindOfKeyIsNoEntry(String kind) {
    try (Jedis redis = REDIS.server().connect()) {
      switch (kind) {
        case "hash" -> redis.hset("k", "a", "1");
        case "list" -> redis.rpush("k", "a");
        case "set" -> redis.sadd("k", "a");
        case "zset" -> redis.zadd("k", 1, "a");
        default -> redis.xadd("k", new XAddParams(), Map.of("a", "1"));
      }
    }
    says(problem(REDIS.scan("k"), UnsupportedEntryException.class), "'k'", "string");
  }

  @Test
  void amongOthersItCanBeSkipped() {
    REDIS.set("good", VALUE);
    try (Jedis redis = REDIS.server().connect()) {
      redis.hset("bad", "a", "1");
    }
    RedisScan scan = RedisScan.at(REDIS.proxy().url()).with("keys", "good,bad");
    says(problem(scan, UnsupportedEntryException.class), "'bad'");
    Outcome.of(() -> scan.with("on-corrupt", "skip").run()).isRows(ROWS, 7);
  }

  @Test
  void aKeyThatIsNotThereIsMissing() {
    says(problem(REDIS.scan("k"), MissingEntryException.class), "'k'");
    try (Jedis redis = REDIS.server().connect()) {
      redis.set("k", "");
    }
    // An empty string is there, but no entry; GETRANGE alone could not tell.
    Outcome.of(REDIS.scan("k")::run).isProblem(EnvelopeException.class).within(SOON);
    assertFalse(
        Outcome.of(REDIS.scan("k")::run).problem() instanceof MissingEntryException,
        "an empty value is not a missing one");
  }

  @Test
  void aPasswordIsAskedFor() {
    try (RedisServer server = RedisServer.with().password("right").start()) {
      RedisScan scan = RedisScan.of(server.url(), "k");
      says(problem(scan, StoreException.class), "redis-password", "127.0.0.1:" + server.port());
      says(
          problem(scan.with("redis-password", "wr0ng-secret"), StoreException.class),
          "redis-password");
      try (Jedis redis = server.connect()) {
        redis.set("k".getBytes(StandardCharsets.UTF_8), VALUE);
      }
      Outcome.of(() -> scan.with("redis-password", "right").run()).isRows(ROWS, 7);
      Outcome.of(() -> RedisScan.of("redis://:right@127.0.0.1:" + server.port(), "k").run())
          .isRows(ROWS, 7);
    }
  }

  @Test
  void aPasswordThatIsNotNeededIsTold() {
    REDIS.set("k", VALUE);
    // Redis refuses a password where none is configured.
    Outcome outcome =
        Outcome.of(() -> REDIS.scan("k").with("redis-password", "needless").run()).within(SOON);
    outcome.isProblem(StoreException.class);
    says(outcome.problem().getMessage(), "password");
  }

  @Test
  void whatAUserNeedsIsTold() {
    try (RedisServer server =
        RedisServer.with()
            .user("reader", "pw", "~k ~other +@read +@connection +@transaction +role +type")
            .user("blind", "pw", "~k +@connection")
            .user("elsewhere", "pw", "~other +@all")
            .start()) {
      try (Jedis redis = server.connect()) {
        redis.set("k".getBytes(StandardCharsets.UTF_8), VALUE);
      }
      RedisScan scan = RedisScan.of(server.url(), "k").with("redis-password", "pw");
      Outcome.of(() -> scan.with("redis-username", "reader").run()).isRows(ROWS, 7);
      for (String user : List.of("blind", "elsewhere")) {
        String message = problem(scan.with("redis-username", user), StoreException.class);
        says(message, "permit", "getrange");
      }
    }
  }

  @Test
  void whatTheDocumentationGrantsSuffices() throws IOException {
    String prefix = "ACL SETUSER reader on >… ";
    String rules =
        Files.readAllLines(Path.of("..", "..", "docs", "redis.md")).stream()
            .filter(line -> line.startsWith(prefix))
            .map(line -> line.substring(prefix.length()))
            .findFirst()
            .orElseThrow();
    try (RedisServer server = RedisServer.with().user("reader", "pw", rules).start()) {
      byte[] large = StoredValues.constant(7, 4, 3, 65_536);
      try (Jedis redis = server.connect()) {
        redis.set("t:default:k".getBytes(StandardCharsets.UTF_8), large);
        byte[] small = StoredValues.constant(7, 4, 1, 1000);
        redis.set("t:default:small".getBytes(StandardCharsets.UTF_8), small);
      }
      RedisScan scan =
          RedisScan.at(server.url()).with("redis-password", "pw").with("redis-username", "reader");
      RedisScan pattern = scan.with("keys-pattern", "t:default:*");
      Outcome.of(pattern::run).isRows(1000 + 3 * 65_536, 7);
      for (String mode : List.of("verified", "streaming", "projected")) {
        RedisScan key = scan.with("tenant", "default").with("key", "k").with("read-mode", mode);
        Outcome.of(key::run).isRows(3 * 65_536, 7);
      }
    }
  }

  @Test
  void aServerThatLoadsIsWaitedFor() {
    try (RedisServer server =
        RedisServer.with().set("key-load-delay", "1000").set("rdbcompression", "no").start()) {
      try (Jedis redis = server.connect()) {
        redis.set("k".getBytes(StandardCharsets.UTF_8), VALUE);
        // It answers that it is loading after every 2 MB.
        for (int i = 0; i < 1500; i++) {
          redis.set("other" + i, "x".repeat(10_000));
        }
        redis.save();
      }
      server.restart();
      long start = System.nanoTime();
      Outcome outcome = Outcome.of(RedisScan.of(server.url(), "k")::run).within(SOON);
      outcome.isRowsOr(ROWS, 7, StoreException.class);
      if (outcome.problem() != null) {
        says(outcome.problem().getMessage(), "loading");
      }
      assertTrue(System.nanoTime() - start > 300_000_000, "it was loaded too soon to tell");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"MULTI", "GETRANGE", "STRLEN"})
  void aServerThatLacksACommand(String command) {
    // As proxies do, and hosts that forbid commands.
    try (RedisServer server = RedisServer.with().set("rename-command", command + " \"\"").start()) {
      try (Jedis redis = server.connect()) {
        redis.set("k".getBytes(StandardCharsets.UTF_8), VALUE);
      }
      says(problem(RedisScan.of(server.url(), "k"), StoreException.class), "command");
    }
  }

  @Test
  void aReplicaWithoutItsMasterIsGivenUp() {
    try (RedisServer server =
        RedisServer.with()
            .set("replicaof", "127.0.0.1 1")
            .set("replica-serve-stale-data", "no")
            .start()) {
      says(
          problem(RedisScan.of(server.url(), "k"), StoreException.class),
          "127.0.0.1:" + server.port());
    }
  }

  @Test
  void nobodyListens() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    says(
        problem(RedisScan.of("redis://127.0.0.1:" + port, "k"), StoreException.class),
        "127.0.0.1:" + port,
        "reach");
  }

  @Test
  void anotherProtocolIsSpoken() throws Exception {
    ServerSocket http = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    try {
      Thread server =
          new Thread(
              () -> {
                while (!http.isClosed()) {
                  try (Socket client = http.accept()) {
                    InputStream in = client.getInputStream();
                    if (in.read() >= 0) {
                      client
                          .getOutputStream()
                          .write(
                              "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
                                  .getBytes(StandardCharsets.US_ASCII));
                    }
                  } catch (IOException e) {
                    // The client has gone, or the test is over.
                  }
                }
              });
      server.start();
      problem(RedisScan.of("redis://127.0.0.1:" + http.getLocalPort(), "k"), StoreException.class);
    } finally {
      http.close();
    }
  }

  @Test
  void aHostThatDoesNotExist() {
    says(
        problem(RedisScan.of("redis://no-such-host.invalid", "k"), StoreException.class),
        "no-such-host.invalid");
  }

  @Test
  void aDatabaseThatDoesNotExist() {
    says(problem(REDIS.scan("k").with("redis-database", "77"), StoreException.class), "database");
  }

  @Test
  void tooManyClients() {
    try (RedisServer server = RedisServer.with().set("maxclients", "1").start();
        Jedis only = server.connect()) {
      only.ping();
      problem(RedisScan.of(server.url(), "k"), StoreException.class);
    }
  }

  @Test
  void aUnixSocketIsReadToo() {
    try (RedisServer server = RedisServer.with().unixSocket().start()) {
      try (Jedis redis = server.connect()) {
        redis.set("k".getBytes(StandardCharsets.UTF_8), VALUE);
      }
      String url = "redis-socket://" + server.unixSocket();
      Outcome.of(() -> RedisScan.of(url, "k").run(new ScanMetrics())).isRows(ROWS, 7);
    }
    problem(
        RedisScan.of("redis-socket:///tmp/no-such-directory/redis.sock", "k"),
        StoreException.class);
  }
}

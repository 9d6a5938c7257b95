package dev.envelope.redis;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.EnvelopeException;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.scan.ScanMetrics;
import dev.envelope.scan.ScanPlan;
import dev.envelope.scan.ScanPlanner;
import dev.envelope.scan.ScanTask;
import dev.envelope.testing.redis.RedisServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** Passwords appear nowhere: not in errors, not in logs at their finest, not in any toString. */
@Timeout(60)
final class SecretsTest {
  private static final String SECRET = "s3cr3t-Pa55word";
  private static final String WRONG = "wr0ng-Pa55word";
  private static final byte[] VALUE = StoredValues.constant(7, 2, 2, 50_000);

  private final Queue<String> said = new ConcurrentLinkedQueue<>();
  private final Logger root = Logger.getLogger("");
  private final Level level = root.getLevel();
  private final Logger encoder = Logger.getLogger("io.lettuce.core.protocol.CommandEncoder");
  private final Handler handler =
      new Handler() {
        private final SimpleFormatter formatter = new SimpleFormatter();

        @Override
        public void publish(LogRecord line) {
          said.add(formatter.format(line));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @TempDir Path directory;

  @BeforeEach
  void listen() {
    handler.setLevel(Level.ALL);
    root.addHandler(handler);
    root.setLevel(Level.ALL);
    // At its finest it writes every command to the log, AUTH as well: nobody else may.
    encoder.setLevel(Level.FINE);
  }

  @AfterEach
  void nothingWasGivenAway() {
    root.setLevel(level);
    encoder.setLevel(null);
    root.removeHandler(handler);
    RedisScan.assertNothingHeld();
    assertTrue(said.size() > 10, "hardly anything was said");
    for (String text : said) {
      for (String secret : List.of(SECRET, WRONG, "Pa55word")) {
        assertFalse(text.contains(secret), () -> "a password in: " + text.replace(secret, "***"));
      }
    }
  }

  private void note(Object object) {
    said.add(String.valueOf(object));
  }

  private void fails(Map<String, String> options) {
    try {
      RedisScan.run(ScanPlanner.plan(EnvelopeOptions.parse(options)), new ScanMetrics());
    } catch (EnvelopeException e) {
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      note(trace);
      return;
    }
    throw new AssertionError("it did not fail");
  }

  private void works(RedisScan scan) {
    EnvelopeOptions options = EnvelopeOptions.parse(scan.options());
    note(options);
    ScanPlan plan = ScanPlanner.plan(options);
    note(plan);
    note(plan.location());
    for (ScanTask task : plan.tasks(RedisScan.columns(plan), 1, Long.MAX_VALUE)) {
      note(task);
      note(task.location());
    }
    ScanMetrics metrics = new ScanMetrics();
    RedisScan.run(plan, metrics);
    note(metrics);
  }

  private static RedisServer server() {
    RedisServer server =
        RedisServer.with().password(SECRET).user("reader", SECRET, "~* +@all").start();
    try (Jedis redis = server.connect()) {
      redis.set("k".getBytes(StandardCharsets.UTF_8), VALUE);
    }
    return server;
  }

  @Test
  void ofQueriesThatWork() throws IOException {
    try (RedisServer server = server()) {
      String host = "127.0.0.1:" + server.port();
      works(RedisScan.of("redis://:" + SECRET + "@" + host, "k"));
      works(RedisScan.of("redis://reader:" + SECRET + "@" + host + "/0", "k"));
      works(RedisScan.of("redis://" + host + "?password=" + SECRET, "k"));
      works(RedisScan.of("redis://" + host, "k").with("redis-password", SECRET));
      Path file = Files.writeString(directory.resolve("password"), SECRET + "\n");
      works(RedisScan.of("redis://" + host, "k").with("redis-password-file", file.toString()));
    }
  }

  @Test
  void ofQueriesThatFail() {
    try (RedisServer server = server()) {
      String host = "127.0.0.1:" + server.port();
      fails(RedisScan.of("redis://:" + WRONG + "@" + host, "k").options());
      fails(RedisScan.of("redis://reader:" + WRONG + "@" + host, "k").options());
      fails(RedisScan.of("redis://" + host, "k").with("redis-password", WRONG).options());
      fails(RedisScan.of("redis://:" + SECRET + "@" + host, "missing").options());
      fails(RedisScan.of("redis://:" + SECRET + "@" + host + "/99", "k").options());
      fails(RedisScan.of("rediss://:" + SECRET + "@" + host, "k").options());
      server.kill();
      fails(RedisScan.of("redis://:" + SECRET + "@" + host, "k").options());
    }
  }

  @Test
  void ofUrlsThatAreWrong() {
    for (String url :
        List.of(
            "redis://:" + SECRET + "@127.0.0.1:notaport",
            "redis://:" + SECRET + "@",
            "redis://u:" + SECRET + "@127.0.0.1:99999999",
            "redis://u:" + SECRET + "%zz@127.0.0.1",
            "http://u:" + SECRET + "@127.0.0.1",
            "redis-sentinel://:" + SECRET + "@127.0.0.1",
            "redis://127.0.0.1/0?password=" + SECRET + "&timeout=x",
            "redis:/u:" + SECRET + "@127.0.0.1",
            ":" + SECRET + "@127.0.0.1",
            "redis://u:" + SECRET + "/@127.0.0.1",
            "redis://u:" + SECRET + "#@127.0.0.1",
            "redis://u:" + SECRET + "@u:" + SECRET + "@127.0.0.1:x")) {
      fails(RedisScan.of(url, "k").options());
    }
    fails(Map.of("url", "redis://127.0.0.1:1", "key", "k", "redis-pasword", SECRET));
    fails(Map.of("url", "redis://127.0.0.1:1", "key", "k", "redis-password-file", "/no/such/file"));
    note("enough is said here by the errors alone: one for each of the wrong URLs");
  }
}

package dev.envelope.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.EnvelopeException;
import dev.envelope.MissingEntryException;
import dev.envelope.scan.ScanMetrics;
import dev.envelope.scan.ScanPlan;
import dev.envelope.testing.EntryWriter;
import dev.envelope.testing.redis.Patience;
import dev.envelope.testing.redis.Spot;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import redis.clients.jedis.Jedis;

/**
 * Old entries without a checksum, which nothing tells from another write of the same length: they
 * are read while the server watches their key.
 */
@Timeout(120)
final class UnstampedEntriesTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final int CHUNK = 256 << 10;
  private static final int ROWS = 3 * 65_536;
  private static final byte[] KEY = "k".getBytes(StandardCharsets.UTF_8);
  private static final byte[] FIRST = bare(StoredValues.constant(1, 4, 3, 65_536));
  private static final byte[] SECOND = bare(StoredValues.constant(2, 4, 3, 65_536));

  @RegisterExtension static final OneServer REDIS = new OneServer();

  /** The same entry without its checksum. */
  private static byte[] bare(byte[] value) {
    int arrowAt = 7 + EntryWriter.ARROW_HEADER.length() + 8;
    return EntryWriter.frame(
        EntryWriter.ARROW_HEADER, Arrays.copyOfRange(value, arrowAt, value.length));
  }

  @BeforeEach
  void store() {
    REDIS.set("k", FIRST);
  }

  private static RedisScan scan() {
    return REDIS.scan("k").with("redis-chunk-size", Integer.toString(CHUNK));
  }

  private static void works() {
    Outcome.of(() -> scan().run()).isRows(ROWS, 1).within(SOON);
  }

  @Test
  void isReadWhileNobodyTouchesIt() {
    works();
  }

  @Test
  void oneTouchInMidPullIsMadeUpFor() {
    REDIS.proxy().when(Spot.AFTER_REPLY, CHUNK, 3, () -> REDIS.set("k", FIRST));
    ScanMetrics metrics = new ScanMetrics();
    Outcome.of(() -> scan().run(metrics)).isRows(ROWS, 1).within(SOON);
    works();
  }

  @Test
  void anotherWriteOfTheSameLengthAfterPlanningIsNoticed() {
    ScanPlan plan = scan().plan();
    REDIS.set("k", SECOND);
    Outcome.of(() -> RedisScan.run(plan, new ScanMetrics()))
        .isProblem(MissingEntryException.class)
        .within(SOON);
  }

  @Test
  void whatIsNoStringAnyMoreLeavesNoTraceOnTheConnection() {
    for (int nth : new int[] {1, 2, 3, 10}) {
      REDIS
          .proxy()
          .when(
              Spot.AFTER_REPLY,
              CHUNK,
              nth,
              () -> {
                try (Jedis redis = REDIS.server().connect()) {
                  redis.del(KEY);
                  redis.hset("k", "a", "1");
                }
              });
      Outcome.of(() -> scan().run()).isRowsOr(ROWS, 1, EnvelopeException.class).within(SOON);
      try (Jedis redis = REDIS.server().connect()) {
        redis.del(KEY);
      }
      store();
      works();
    }
  }

  @Test
  void overwrittenTwentyTimesASecondNeverGivesAMixture() throws InterruptedException {
    AtomicBoolean stop = new AtomicBoolean();
    Thread writer =
        new Thread(
            () -> {
              try (Jedis redis = REDIS.server().connect()) {
                for (int i = 0; !stop.get(); i++) {
                  redis.set(KEY, i % 2 == 0 ? SECOND : FIRST);
                  Patience.pause(Duration.ofMillis(50));
                }
              }
            });
    writer.start();
    try {
      long end = System.nanoTime() + Duration.ofSeconds(3).toNanos();
      while (System.nanoTime() < end) {
        Outcome outcome = Outcome.of(() -> scan().run()).within(SOON);
        if (outcome.problem() == null) {
          assertEquals(ROWS, outcome.result().rows());
          assertTrue(outcome.result().constant() <= 2);
        }
      }
    } finally {
      stop.set(true);
      writer.join();
    }
    store();
    works();
  }
}

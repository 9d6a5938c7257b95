package dev.envelope.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.ChangedEntryException;
import dev.envelope.EnvelopeException;
import dev.envelope.MissingEntryException;
import dev.envelope.scan.ScanMetrics;
import dev.envelope.scan.ScanPlan;
import dev.envelope.testing.redis.Patience;
import dev.envelope.testing.redis.Spot;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.GetExParams;

/** Entries that are written again, moved and removed while they are planned and read. */
@Timeout(120)
final class ChangingEntriesTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final int CHUNK = 256 << 10;
  private static final int ROWS = 3 * 65_536;
  private static final byte[] KEY = "k".getBytes(StandardCharsets.UTF_8);
  private static final byte[] FIRST = StoredValues.constant(1, 4, 3, 65_536);

  /** As long as the first, so that its length does not tell. */
  private static final byte[] SECOND = StoredValues.constant(2, 4, 3, 65_536);

  private static final byte[] LONGER = StoredValues.constant(3, 4, 4, 65_536);

  @RegisterExtension static final OneServer REDIS = new OneServer();

  /** What happens to the entry. */
  enum Change {
    WRITTEN_AGAIN,
    WRITTEN_LONGER,
    WRITTEN_SHORT,
    DELETED,
    RENAMED,
    EXPIRED,
    NO_STRING_ANY_MORE;

    void now() {
      try (Jedis redis = REDIS.server().connect()) {
        switch (this) {
          case WRITTEN_AGAIN -> redis.set(KEY, SECOND);
          case WRITTEN_LONGER -> redis.set(KEY, LONGER);
          case WRITTEN_SHORT -> redis.set(KEY, StoredValues.constant(4, 1, 1, 10));
          case DELETED -> redis.del(KEY);
          case RENAMED -> redis.rename("k", "elsewhere");
          case EXPIRED -> {
            redis.pexpire(KEY, 1);
            Patience.until("it expires", () -> !redis.exists(KEY));
          }
          case NO_STRING_ANY_MORE -> {
            redis.del(KEY);
            redis.hset("k", "a", "1");
          }
        }
      }
    }
  }

  @BeforeEach
  void store() {
    REDIS.set("k", FIRST);
  }

  private static RedisScan scan() {
    return REDIS.scan("k").with("redis-chunk-size", Integer.toString(CHUNK));
  }

  private static Class<? extends EnvelopeException> expected(Change change) {
    return change == Change.NO_STRING_ANY_MORE
        ? EnvelopeException.class
        : MissingEntryException.class;
  }

  @ParameterizedTest
  @EnumSource
  void betweenPlanAndRead(Change change) {
    ScanPlan plan = scan().plan();
    change.now();
    Outcome.of(() -> RedisScan.run(plan, new ScanMetrics()))
        .isProblem(expected(change))
        .within(SOON);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NO_STRING_ANY_MORE")
  void betweenPlanAndReadAndMissingOnesAreSkipped(Change change) {
    ScanPlan plan = scan().with("on-missing", "skip").plan();
    change.now();
    ScanMetrics metrics = new ScanMetrics();
    assertEquals(0, RedisScan.run(plan, metrics).rows());
    assertEquals(1, metrics.skippedEntries());
  }

  static Stream<Arguments> placesInAPull() {
    return Stream.of(Change.values())
        .flatMap(change -> Stream.of(1, 2, 12, 22, 23).map(nth -> Arguments.of(change, nth)));
  }

  @ParameterizedTest
  @MethodSource("placesInAPull")
  void betweenTwoRanges(Change change, int nth) {
    ScanPlan plan = scan().plan();
    AtomicBoolean changed = new AtomicBoolean();
    REDIS
        .proxy()
        .when(
            Spot.AFTER_REPLY,
            CHUNK,
            nth,
            () -> {
              change.now();
              changed.set(true);
            });
    // The last ranges may have left the server before the change: then the rows are the old ones.
    Outcome.of(() -> RedisScan.run(plan, new ScanMetrics()))
        .isRowsOr(ROWS, 1, expected(change))
        .within(SOON);
    assertTrue(changed.get(), "the pull was over before");
  }

  @Test
  void writtenAgainWithTheSameBytesIsTheSame() {
    ScanPlan plan = scan().plan();
    REDIS.proxy().when(Spot.AFTER_REPLY, CHUNK, 5, () -> REDIS.set("k", FIRST));
    Outcome.of(() -> RedisScan.run(plan, new ScanMetrics())).isRows(ROWS, 1);
  }

  @Test
  void writtenAgainAndBackBetweenRangesIsNeverMixed() throws InterruptedException {
    ScanPlan plan = scan().plan();
    AtomicBoolean stop = new AtomicBoolean();
    Thread writer =
        new Thread(
            () -> {
              try (Jedis redis = REDIS.server().connect()) {
                while (!stop.get()) {
                  redis.set(KEY, SECOND);
                  redis.set(KEY, FIRST);
                }
              }
            });
    writer.start();
    try {
      for (int i = 0; i < 10; i++) {
        Outcome.of(() -> RedisScan.run(plan, new ScanMetrics()))
            .isRowsOr(ROWS, 1, ChangedEntryException.class)
            .within(SOON);
      }
    } finally {
      stop.set(true);
      writer.join();
    }
  }

  /** How often a range was asked for since the last call. */
  private static long ranges() {
    try (Jedis redis = REDIS.server().connect()) {
      long calls =
          redis
              .info("commandstats")
              .lines()
              .filter(line -> line.startsWith("cmdstat_getrange:"))
              .map(line -> line.replaceAll(".*calls=(\\d+),.*", "$1"))
              .mapToLong(Long::parseLong)
              .sum();
      redis.configResetStat();
      return calls;
    }
  }

  @Test
  void aRefreshedExpiryIsNoChange() throws InterruptedException {
    scan().run();
    ranges();
    int rounds = 20;
    for (int i = 0; i < rounds; i++) {
      scan().run();
    }
    long undisturbed = ranges();
    assertTrue(undisturbed > rounds * 20L, undisturbed + " ranges");
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger refreshed = new AtomicInteger();
    Thread reader =
        new Thread(
            () -> {
              try (Jedis redis = REDIS.server().connect()) {
                while (!stop.get()) {
                  redis.expire(KEY, 1000);
                  redis.getEx(KEY, GetExParams.getExParams().ex(900));
                  refreshed.addAndGet(2);
                  Patience.pause(Duration.ofMillis(10));
                }
              }
            });
    reader.start();
    try {
      Patience.until("the first refreshment", () -> refreshed.get() > 0);
      for (int i = 0; i < rounds; i++) {
        Outcome.of(() -> scan().run()).isRows(ROWS, 1).within(SOON);
      }
    } finally {
      stop.set(true);
      reader.join();
    }
    assertTrue(refreshed.get() >= rounds, refreshed + " refreshments");
    assertEquals(undisturbed, ranges(), "something was asked for again");
  }

  @Test
  void overwrittenTwentyTimesASecondNeverGivesAWrongRow() throws InterruptedException {
    AtomicBoolean stop = new AtomicBoolean();
    byte[][] versions = {FIRST, SECOND, LONGER};
    Thread writer =
        new Thread(
            () -> {
              try (Jedis redis = REDIS.server().connect()) {
                for (int i = 0; !stop.get(); i++) {
                  redis.set(KEY, versions[i % versions.length]);
                  Patience.pause(Duration.ofMillis(50));
                }
              }
            });
    writer.start();
    int right = 0;
    try {
      long end = System.nanoTime() + Duration.ofSeconds(6).toNanos();
      while (System.nanoTime() < end) {
        Outcome outcome = Outcome.of(() -> scan().run()).within(SOON);
        if (outcome.problem() != null) {
          outcome.isProblem(MissingEntryException.class);
        } else {
          long version = outcome.result().constant();
          assertEquals(version == 3 ? 4 * 65_536 : ROWS, outcome.result().rows());
          right++;
        }
      }
    } finally {
      stop.set(true);
      writer.join();
    }
    assertTrue(right > 0, "it was never read");
  }
}

package dev.envelope.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.MissingEntryException;
import dev.envelope.scan.ScanMetrics;
import dev.envelope.scan.ScanPlan;
import dev.envelope.testing.redis.Direction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;

/** Many small entries are found, planned and read without a round trip for each. */
@Timeout(120)
final class ManyEntriesTest {
  private static final int COUNT = 3000;
  private static final int ROWS = 20;

  @RegisterExtension static final OneServer REDIS = new OneServer();

  @BeforeEach
  void store() {
    byte[] value = StoredValues.constant(7, 2, 1, ROWS);
    try (Jedis redis = REDIS.server().connect();
        Pipeline pipeline = redis.pipelined()) {
      for (int i = 0; i < COUNT; i++) {
        pipeline.set(("t:default:ns:a:" + i).getBytes(StandardCharsets.UTF_8), value);
        if (i % 10 == 0) {
          pipeline.set("t:default:ns:a:" + i + ":lock", "1");
        }
      }
      pipeline.set("t:default:ns:b:1", "no entry");
      pipeline.sync();
    }
  }

  private static RedisScan scan() {
    return RedisScan.at(REDIS.proxy().url()).with("keys-pattern", "t:default:ns:a:*");
  }

  @Test
  void locksAndOthersAreLeftOut() {
    ScanPlan plan = scan().plan();
    assertEquals(COUNT, plan.entries().size());
    assertEquals(0, plan.skipped().size());
    assertEquals(COUNT, plan.entries().stream().map(entry -> entry.id().key()).distinct().count());
  }

  @Test
  void noneCostsARoundTripOfItsOwn() {
    // A far-away server: with a round trip for each, this would take 30 seconds.
    REDIS.proxy().delay(Direction.TO_SERVER, Duration.ofMillis(10));
    ScanMetrics metrics = new ScanMetrics();
    Outcome outcome = Outcome.of(() -> scan().run(metrics));
    outcome.isRows((long) COUNT * ROWS, 7).within(Duration.ofSeconds(12));
    assertEquals(0, metrics.retries());
  }

  @Test
  void onesThatVanishAfterPlanningAreMissedOrSkipped() {
    ScanPlan plan = scan().plan();
    ScanPlan lenient = scan().with("on-missing", "skip").plan();
    try (Jedis redis = REDIS.server().connect()) {
      redis.del("t:default:ns:a:100", "t:default:ns:a:2000");
    }
    Outcome.of(() -> RedisScan.run(plan, new ScanMetrics())).isProblem(MissingEntryException.class);
    ScanMetrics metrics = new ScanMetrics();
    assertEquals((COUNT - 2L) * ROWS, RedisScan.run(lenient, metrics).rows());
    assertEquals(2, metrics.skippedEntries());
    assertTrue(metrics.entries() >= COUNT - 2);
  }
}

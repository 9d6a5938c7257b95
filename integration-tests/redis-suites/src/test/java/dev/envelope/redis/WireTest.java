package dev.envelope.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.scan.ScanMetrics;
import dev.envelope.scan.ScanPlan;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How many bytes cross the wire for what, counted there. */
final class WireTest {
  private static final int COLUMNS = 20;
  private static final int BATCHES = 4;
  private static final int ROWS = 65_536;

  /** 42 MB. */
  private static final byte[] VALUE = StoredValues.constant(7, COLUMNS, BATCHES, ROWS);

  @RegisterExtension static final OneServer REDIS = new OneServer();

  @BeforeEach
  void store() {
    REDIS.set("k", VALUE);
    // Connecting and whatever a client asks once for is not what is counted.
    assertEquals(1, REDIS.scan("k").plan().entries().size());
  }

  private record Crossed<T>(T result, long bytes) {
    static <T> Crossed<T> by(Supplier<T> query) {
      long before = REDIS.proxy().bytes();
      T result = query.get();
      return new Crossed<>(result, REDIS.proxy().bytes() - before);
    }

    void atMost(double bytes) {
      assertTrue(this.bytes <= bytes, this.bytes + " bytes crossed, more than " + (long) bytes);
    }
  }

  @Test
  void countAndSchemaCrossWithKilobytes() {
    Crossed<ScanPlan> plan = Crossed.by(() -> REDIS.scan("k").plan());
    assertEquals((long) BATCHES * ROWS, plan.result().rows());
    assertEquals(COLUMNS, plan.result().columns().size());
    plan.atMost(256 << 10);
  }

  @Test
  void allRowsCrossOnce() {
    Crossed<RedisScan.Result> all = Crossed.by(() -> REDIS.scan("k").run());
    assertEquals((long) BATCHES * ROWS, all.result().rows());
    assertTrue(all.bytes() >= VALUE.length);
    all.atMost(1.01 * VALUE.length + (256 << 10));
  }

  @Test
  void aSecondQueryOverAnUnchangedEntryPullsItsStampOnly() {
    RedisScan scan = REDIS.scan("k").with("region-linger", "5s");
    assertEquals(7, scan.run().constant());
    Crossed<RedisScan.Result> again = Crossed.by(scan::run);
    assertEquals((long) BATCHES * ROWS, again.result().rows());
    again.atMost(64 << 10);
    // Changed, it is pulled afresh.
    REDIS.set("k", StoredValues.constant(8, COLUMNS, BATCHES, ROWS));
    assertEquals(8, scan.run().constant());
  }

  @Test
  void severalTasksOfOneJvmPullItOnce() {
    RedisScan scan = REDIS.scan("k").with("split-size", "4m").with("region-linger", "5s");
    Crossed<RedisScan.Result> all = Crossed.by(scan::run);
    assertEquals((long) BATCHES * ROWS, all.result().rows());
    all.atMost(1.01 * VALUE.length + (512 << 10));
  }

  @Test
  void streamingCrossesOnceAndHoldsTwoBatches() {
    RedisScan scan = REDIS.scan("k").with("read-mode", "streaming");
    ScanMetrics metrics = new ScanMetrics();
    Crossed<RedisScan.Result> all = Crossed.by(() -> scan.run(metrics));
    assertEquals((long) BATCHES * ROWS, all.result().rows());
    assertEquals(7, all.result().constant());
    all.atMost(1.02 * VALUE.length + (512 << 10));
    // The two that were handed out, and the one that comes.
    assertTrue(metrics.peakBytes() <= 3.2 * VALUE.length / BATCHES, metrics.peakBytes() + " held");
  }

  @Test
  void projectedColumnsCrossAlone() {
    RedisScan scan = REDIS.scan("k").with("read-mode", "projected");
    Crossed<RedisScan.Result> two =
        Crossed.by(() -> RedisScan.run(scan.plan(), List.of("c3", "c17"), new ScanMetrics()));
    assertEquals((long) BATCHES * ROWS, two.result().rows());
    assertEquals(7, two.result().constant());
    two.atMost(0.11 * VALUE.length);
  }
}

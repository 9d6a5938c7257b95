package dev.envelope.redis;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.EnvelopeException;
import dev.envelope.scan.ScanMetrics;
import dev.envelope.scan.ScanPlan;
import dev.envelope.scan.ScanTask;
import dev.envelope.scan.TaskReader;
import dev.envelope.testing.redis.Direction;
import dev.envelope.testing.redis.Patience;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A task is killed, or its reader closed, while an entry is on its way. */
@Timeout(60)
final class ClosedReaderTest extends LargeEntryTest {
  private static final Duration SOON = Duration.ofSeconds(15);

  private static ScanTask task(RedisScan scan) {
    ScanPlan plan = scan.plan();
    return plan.tasks(RedisScan.columns(plan), 1, Long.MAX_VALUE).get(0);
  }

  /** Reads on a thread of its own until the pull is under way. */
  private static Thread midPull(TaskReader reader, AtomicReference<Throwable> failure) {
    long before = REDIS.proxy().bytes(Direction.TO_CLIENT);
    REDIS.proxy().throttle(Direction.TO_CLIENT, 1 << 20);
    Thread thread =
        new Thread(
            () -> {
              try {
                while (reader.next() != null) {
                  Thread.onSpinWait();
                }
              } catch (RuntimeException | Error e) {
                failure.set(e);
              }
            },
            "task");
    thread.start();
    Patience.until(
        "the pull is under way",
        () -> REDIS.proxy().bytes(Direction.TO_CLIENT) - before > 2 * CHUNK);
    return thread;
  }

  private static void ends(Thread thread) throws InterruptedException {
    thread.join(SOON.toMillis());
    assertTrue(!thread.isAlive(), "it goes on and on");
  }

  @Test
  void aKilledTaskIsInterrupted() throws InterruptedException {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    try (TaskReader reader = new TaskReader(task(scan()), "killed", new ScanMetrics())) {
      Thread thread = midPull(reader, failure);
      long start = System.nanoTime();
      thread.interrupt();
      ends(thread);
      long millis = (System.nanoTime() - start) / 1_000_000;
      assertTrue(failure.get() instanceof EnvelopeException, () -> "not typed: " + failure.get());
      assertTrue(millis < 2500, "the interrupt was noticed after " + millis + " ms only");
    }
    REDIS.proxy().heal();
    works(SOON);
  }

  @Test
  void aReaderMayBeClosedByAnotherThread() throws InterruptedException {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread thread;
    try (TaskReader reader = new TaskReader(task(scan()), "closed", new ScanMetrics())) {
      thread = midPull(reader, failure);
    }
    REDIS.proxy().heal();
    ends(thread);
    works(SOON);
  }

  @Test
  void aStreamMayBeClosedBetweenTwoBatches() {
    RedisScan streaming = scan().with("read-mode", "streaming");
    ScanTask task = task(streaming);
    REDIS.proxy().throttle(Direction.TO_CLIENT, 4 << 20);
    try (TaskReader reader = new TaskReader(task, "stream", new ScanMetrics())) {
      assertTrue(reader.next() != null);
    }
    REDIS.proxy().heal();
    works(SOON);
  }

  @Test
  void aReaderThatReadNothingHoldsNothing() {
    new TaskReader(task(scan()), "unused", new ScanMetrics()).close();
    works(SOON);
  }
}

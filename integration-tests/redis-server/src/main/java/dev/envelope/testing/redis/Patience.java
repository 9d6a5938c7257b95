package dev.envelope.testing.redis;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for what happens soon, but not at once. */
public final class Patience {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private Patience() {}

  /**
   * Returns when the condition holds.
   *
   * @throws IllegalStateException when it does not within 30 seconds
   */
  public static void until(String what, BooleanSupplier condition) {
    until(what, LIMIT, condition);
  }

  /**
   * Returns when the condition holds.
   *
   * @throws IllegalStateException when it does not in that time
   */
  public static void until(String what, Duration limit, BooleanSupplier condition) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("not within " + limit + ": " + what);
      }
      pause(Duration.ofMillis(10));
    }
  }

  /** Sleeps. */
  public static void pause(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}

package dev.envelope.scan;

import dev.envelope.store.redis.IdleConnections;

/**
 * What stays behind in this JVM when a task is over, for the next one: regions of entries,
 * connections, and the threads that give them up in time. Thread-safe.
 */
public final class Lingering {
  private Lingering() {}

  /** More than any part of it takes. */
  private static final long MOST_WAIT_MILLIS = 15_000;

  /**
   * Gives it all up at once, apart from what is in use: for an engine that unloads the connector's
   * classes with each job, whose threads would keep them. Waits a few seconds at most.
   *
   * <p>It is done on a thread that ends with it, because libraries leave values of their classes in
   * the thread that calls them, and the caller's is likely to live as long as the engine.
   */
  public static void release() {
    Thread thread =
        new Thread(
            () -> {
              EntryPool.ofThisJvm().release();
              IdleConnections.close();
            },
            "envelope-release");
    thread.setDaemon(true);
    thread.start();
    try {
      thread.join(MOST_WAIT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

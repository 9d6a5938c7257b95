package dev.envelope.store.redis;

import java.util.concurrent.atomic.AtomicLong;

/** Does something again and again on a thread of its own, until it is closed. */
final class Repeating implements AutoCloseable {
  private final AtomicLong count = new AtomicLong();
  private final Thread thread;
  private volatile boolean ended;
  private volatile RuntimeException failure;

  private Repeating(long millis, Runnable action) {
    thread =
        new Thread(
            () -> {
              try {
                while (!ended) {
                  action.run();
                  count.incrementAndGet();
                  Thread.sleep(millis);
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } catch (RuntimeException e) {
                failure = e;
              }
            },
            "repeating");
    thread.start();
  }

  static Repeating every(long millis, Runnable action) {
    return new Repeating(millis, action);
  }

  long count() {
    return count.get();
  }

  @Override
  public void close() {
    ended = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    if (failure != null) {
      throw failure;
    }
  }
}

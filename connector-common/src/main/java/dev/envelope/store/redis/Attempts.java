package dev.envelope.store.redis;

import dev.envelope.StoreException;
import dev.envelope.options.RedisSettings;
import dev.envelope.store.StoreTraffic;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The attempts at one reading: which server is asked next, how long to wait before, and when to
 * stop. Used by one thread.
 */
final class Attempts {
  private static final int AFTER_LOSS = 8;
  private static final int TO_REACH = 3;
  private static final int REDIRECTS = 16;
  private static final long FIRST_PAUSE_MILLIS = 20;
  private static final long LONGEST_PAUSE_MILLIS = 1000;

  private final Servers servers;
  private final StoreTraffic traffic;
  private final String what;
  private final byte[] key;
  private final Duration patience;
  private final Duration connectTimeout;
  private final long begun = System.nanoTime();
  private String server;
  private boolean asking;
  private boolean fresh;
  private int failures;
  private int redirects;

  /**
   * Asks nothing yet.
   *
   * @param key whose server is asked, or null where {@code server} is
   * @param what what is read, for errors
   */
  Attempts(
      Servers servers,
      RedisSettings settings,
      StoreTraffic traffic,
      byte[] key,
      String server,
      String what) {
    this.servers = servers;
    this.traffic = traffic;
    this.key = key;
    this.server = server;
    this.what = what;
    this.patience = settings.commandTimeout();
    this.connectTimeout = settings.connectTimeout();
  }

  /** What is done over a connection, from the start each time. */
  interface Work<T> {
    T over(NodeConnection connection) throws Trouble;
  }

  /** Does it until it succeeds, or nothing can help. */
  <T> T run(Work<T> work) {
    while (true) {
      try (NodeConnection connection = connect()) {
        return work.over(connection);
      } catch (Trouble trouble) {
        failed(trouble);
      }
    }
  }

  /** A connection to the server whose turn it is; the caller closes it. */
  NodeConnection connect() throws Trouble {
    String target = server != null ? server : servers.serverOf(key, what);
    if (target == null) {
      throw new Trouble(
          Trouble.Cure.PATIENCE,
          new StoreException(
              "no server of the Redis cluster may be asked for "
                  + what
                  + ": its slot is not served,"
                  + " or has no replica while redis-read-from = replica"));
    }
    NodeConnection connection = servers.connect(target, fresh, what);
    connection.setAsking(asking);
    asking = false;
    return connection;
  }

  /** Waits before the next attempt, or throws where there is to be none. */
  void failed(Trouble trouble) {
    if (!again(trouble)) {
      throw trouble.error();
    }
    traffic.retried();
    failures++;
    if (trouble.cure() == Trouble.Cure.ELSEWHERE && redirects++ < 2) {
      // What it says is right most of the time, and then there is nothing to wait for.
      return;
    }
    long pause = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(failures - 1, 10));
    try {
      // Not all tasks of a cluster at the same moment.
      Thread.sleep(pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Troubles.interrupted(what, e).error();
    }
  }

  private boolean again(Trouble trouble) {
    long elapsed = System.nanoTime() - begun;
    boolean inTime = elapsed < patience.toNanos();
    switch (trouble.cure()) {
      case AGAIN -> {
        fresh = true;
        // The one that takes over is found by asking again, and needs its time.
        boolean successor = servers.hasFailover() && key != null;
        if (successor) {
          servers.forgetLayout();
          server = null;
        }
        if (!servers.reached()) {
          return failures + 1 < TO_REACH && elapsed < connectTimeout.toNanos();
        }
        return successor ? inTime : failures + 1 < AFTER_LOSS && inTime;
      }
      case PATIENCE -> {
        if (key != null) {
          servers.forgetLayout();
          server = null;
        }
        return inTime;
      }
      case ELSEWHERE -> {
        asking = trouble.asking();
        if (key == null) {
          return false;
        }
        server = trouble.redirect();
        if (!asking) {
          servers.forgetLayout();
        }
        return redirects < REDIRECTS && inTime;
      }
      default -> {
        return false;
      }
    }
  }
}

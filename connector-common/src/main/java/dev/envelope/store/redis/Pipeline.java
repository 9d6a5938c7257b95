package dev.envelope.store.redis;

import dev.envelope.store.StoreTraffic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Steps on their way over one connection, a window of them at a time.
 *
 * <p>The next ones are sent by the client's thread as replies come, so that the window stays full
 * while the caller does something else. Begun and waited for by one thread, once.
 */
final class Pipeline {
  private final NodeConnection connection;
  private final Iterator<Step> steps;
  private final int window;
  private final boolean tolerant;
  private final String what;
  private final StoreTraffic traffic;

  private final Map<Request, Step> byLast = new HashMap<>();
  private int unanswered;
  private int open;
  private boolean ended;
  private Throwable lost;
  private Step failed;
  private long progress;

  /**
   * Sends nothing yet.
   *
   * @param window how many steps are on their way at once
   * @param tolerant whether steps that the server refuses end nothing, because the caller looks at
   *     them one by one
   * @param what what is done, for errors
   */
  Pipeline(
      NodeConnection connection,
      Iterator<Step> steps,
      int window,
      boolean tolerant,
      String what,
      StoreTraffic traffic) {
    this.connection = connection;
    this.steps = steps;
    this.window = window;
    this.tolerant = tolerant;
    this.what = what;
    this.traffic = traffic;
  }

  void start() {
    progress = System.nanoTime();
    send();
  }

  /** Fills the window up, in one write where much of it is free. */
  private void send() {
    List<Request> requests = new ArrayList<>();
    synchronized (this) {
      // A few at a time where there are many: each write costs a call of the system.
      if (ended || (open > 0 && open > window - Math.max(1, window / 4))) {
        return;
      }
      while (open < window && failed == null && steps.hasNext()) {
        Step step = steps.next();
        byLast.put(step.last(), step);
        open++;
        if (connection.asking()) {
          requests.add(new Request(Verb.ASKING, new Reply.Acknowledgement()));
        }
        requests.addAll(step.requests());
      }
      requests.forEach(request -> request.sentBy(this));
      unanswered += requests.size();
      if (open == 0) {
        end(null);
      }
    }
    if (!requests.isEmpty()) {
      traffic.commands(requests.size());
      try {
        connection.send(requests);
      } catch (RuntimeException e) {
        // The client refuses what it does not send; nobody else tells those who wait.
        lost(e);
      }
    }
  }

  /** Called by the client's thread. */
  void answered(Request request) {
    traffic.received(request.reply().received());
    synchronized (this) {
      unanswered--;
      Step step = byLast.remove(request);
      progress = System.nanoTime();
      if (step == null) {
        return;
      }
      open--;
      if (failed == null && !tolerant && step.error() != null) {
        failed = step;
      }
    }
    send();
  }

  /** Called by whichever thread finds the connection gone. */
  synchronized void lost(Throwable failure) {
    unanswered--;
    end(failure);
  }

  private void end(Throwable failure) {
    if (!ended) {
      ended = true;
      lost = failure;
      notifyAll();
    }
  }

  /** Waits until every step is answered. The connection is closed where that did not happen. */
  void await() throws Trouble {
    long begun = System.nanoTime();
    try {
      awaitEnd();
    } finally {
      traffic.waited(System.nanoTime() - begun);
    }
    if (lost != null) {
      connection.discard();
      throw Troubles.ofConnection(what, connection.server(), lost);
    }
    if (failed != null) {
      throw Troubles.ofReply(what, connection.server(), failed.error());
    }
  }

  private synchronized void awaitEnd() throws Trouble {
    Duration patience = connection.patience();
    while (!ended) {
      long left = patience.toNanos() - (System.nanoTime() - progress);
      if (left <= 0) {
        end(null);
        connection.discard();
        throw Troubles.noProgress(what, connection.server(), patience);
      }
      try {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        end(e);
        connection.discard();
        throw Troubles.interrupted(what, e);
      }
    }
  }

  /** Gives up: replies that still come are dropped with the connection. */
  synchronized void cancel() {
    boolean idle = ended && unanswered == 0;
    end(null);
    if (!idle) {
      connection.discard();
    }
  }
}

package dev.envelope.flink.source.enumerator;

import dev.envelope.flink.source.Discovery;
import dev.envelope.flink.source.JobClasses;
import dev.envelope.flink.source.SourceSettings;
import dev.envelope.flink.source.enumerator.SplitPlanner.Found;
import dev.envelope.scan.ChangeHints;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Looks for new entries again and again: in turn, and when the store has told of a write. Looking
 * is done by one thread; closed by another.
 */
final class Discoveries implements AutoCloseable {
  /** What is written together is found together. */
  private static final long SHORTEST_REST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** A store that is always written to is listed a tenth of the time at most. */
  private static final int RESTS = 10;

  private final SplitPlanner planner;
  private final Discovery discovery;
  private final ChangeHints hints;
  private final AtomicBoolean hinted = new AtomicBoolean();
  private boolean rehearsed;
  private long lastNanos;

  /**
   * Connects to nothing yet.
   *
   * @param soon told when {@link #lookRested} is to be called, on a thread that it must not hold up
   */
  Discoveries(SourceSettings settings, SplitPlanner planner, Runnable soon) {
    this.planner = planner;
    this.discovery = settings.discovery().orElseThrow();
    this.hints =
        new ChangeHints(
            settings.options(),
            () -> {
              if (hinted.compareAndSet(false, true)) {
                soon.run();
              }
            });
  }

  /**
   * The entries that are new now.
   *
   * @param seen the writes that are known
   */
  Found look(Set<EntryWrite> seen) {
    // Before the entries are listed: what is written from then on is told, or found.
    listen();
    long begun = System.nanoTime();
    Found found = planner.unseen(seen);
    lastNanos = System.nanoTime() - begun;
    return found;
  }

  /**
   * The entries that are new a moment after a hint, which stands for all that come until then.
   *
   * @param seen the writes that are known by then
   */
  Found lookRested(Supplier<Set<EntryWrite>> seen) throws InterruptedException {
    long rest = Math.max(SHORTEST_REST_NANOS, RESTS * lastNanos);
    TimeUnit.NANOSECONDS.sleep(Math.min(rest, discovery.interval().toNanos()));
    hinted.set(false);
    return look(seen.get());
  }

  private void listen() {
    if (!discovery.notifications()) {
      return;
    }
    if (!rehearsed) {
      rehearsed = true;
      JobClasses.rehearse(
          () -> {
            hints.listen();
            hints.stop();
          });
    }
    hints.listen();
  }

  /** Listens no more; what is being looked for ends by itself. */
  @Override
  public void close() {
    hints.close();
    JobClasses.releaseNow();
  }
}

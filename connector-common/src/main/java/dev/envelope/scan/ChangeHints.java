package dev.envelope.scan;

import dev.envelope.EnvelopeException;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.store.EntryId;
import dev.envelope.store.Store;
import dev.envelope.store.StoreTraffic;
import dev.envelope.store.Watch;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for writes of the entries of a scan that is made again and again, where their store tells
 * of writes, so that the next one need not wait its turn. Hints only: a scan is to be made without
 * them too. Holds connections from {@link #listen} to {@link #stop} or {@link #close}. Thread-safe.
 */
public final class ChangeHints implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ChangeHints.class);

  private final EnvelopeOptions options;
  private final Runnable mayHaveChanged;
  private Store store;
  private Watch watch;
  private boolean told;
  private boolean useless;
  private volatile boolean closed;

  /**
   * Listens to nothing yet.
   *
   * @param mayHaveChanged told of writes, perhaps often, on a thread that it must not hold up
   */
  public ChangeHints(EnvelopeOptions options, Runnable mayHaveChanged) {
    this.options = options;
    this.mayHaveChanged = mayHaveChanged;
  }

  /**
   * Listens, if it does not yet or does no more. Where that cannot be, it is told in the log once
   * and tried again by the next call.
   *
   * @return whether it listens now
   */
  public synchronized boolean listen() {
    if (closed || useless) {
      return false;
    }
    if (watch != null && watch.listening()) {
      return true;
    }
    stop();
    try {
      Selection selection = Selection.of(options);
      store = selection.location().open(StoreTraffic.NONE);
      Optional<List<EntryId>> named =
          selection.named() ? Optional.of(selection.ids(store)) : Optional.empty();
      Optional<Watch> begun = store.watch(named, this::hint);
      useless = begun.isEmpty();
      watch = begun.orElse(null);
    } catch (EnvelopeException e) {
      if (!told) {
        LOG.info("No hints of new entries in {}: {}", options.place(), e.getMessage());
      }
      told = true;
    } finally {
      if (watch == null) {
        stop();
      }
    }
    return watch != null;
  }

  private void hint() {
    if (!closed) {
      mayHaveChanged.run();
    }
  }

  /** Listens no more, until it is asked to again. */
  public synchronized void stop() {
    if (watch != null) {
      watch.close();
      watch = null;
    }
    if (store != null) {
      store.close();
      store = null;
    }
  }

  /** Listens no more, for good; nothing more is told. */
  @Override
  public void close() {
    closed = true;
    stop();
  }
}

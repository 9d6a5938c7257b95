package dev.envelope.flink.source.enumerator;

import dev.envelope.StoreException;
import dev.envelope.flink.source.SourceSettings;
import dev.envelope.flink.source.enumerator.SplitPlanner.Found;
import dev.envelope.flink.source.split.EnvelopeSplit;
import dev.envelope.scan.ScanTask;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists the entries when the job starts, and again and again where it is continuous, and gives each
 * reader a split when it asks for one. All methods run on the coordinator's thread; listing itself
 * on another.
 */
public final class EnvelopeEnumerator implements SplitEnumerator<EnvelopeSplit, EnumeratorState> {
  private static final Logger LOG = LoggerFactory.getLogger(EnvelopeEnumerator.class);

  private final SourceSettings settings;
  private final SplitEnumeratorContext<EnvelopeSplit> context;
  private final Deque<EnvelopeSplit> pending;
  private final Set<Integer> waiting = new LinkedHashSet<>();

  /** Read by listings on their thread; replaced, never changed. */
  private volatile Set<EntryWrite> seen;

  private boolean planned;
  private long nextSplit;
  private boolean backlog;
  private long failedDiscoveries;
  private long hintedDiscoveries;
  private Discoveries discoveries;

  private EnvelopeEnumerator(
      SourceSettings settings,
      SplitEnumeratorContext<EnvelopeSplit> context,
      EnumeratorState state) {
    this.settings = settings;
    this.context = context;
    this.pending = new ArrayDeque<>(state.pending());
    this.seen = state.seen();
    this.planned = state.planned();
    this.nextSplit = state.nextSplit();
  }

  /** An enumerator of a job that starts. */
  public static EnvelopeEnumerator fresh(
      SourceSettings settings, SplitEnumeratorContext<EnvelopeSplit> context) {
    return restored(settings, context, EnumeratorState.fresh());
  }

  /** An enumerator that goes on from a checkpoint. */
  public static EnvelopeEnumerator restored(
      SourceSettings settings,
      SplitEnumeratorContext<EnvelopeSplit> context,
      EnumeratorState state) {
    return new EnvelopeEnumerator(settings, context, state);
  }

  @Override
  public void start() {
    context.metricGroup().setUnassignedSplitsGauge(() -> (long) pending.size());
    MetricGroup own = context.metricGroup().addGroup("envelope");
    own.gauge(
        "unassignedBytes",
        (Gauge<Long>) () -> pending.stream().mapToLong(split -> split.task().bytes()).sum());
    own.gauge("failedDiscoveries", (Gauge<Long>) () -> failedDiscoveries);
    own.gauge("hintedDiscoveries", (Gauge<Long>) () -> hintedDiscoveries);
    SplitPlanner planner = new SplitPlanner(settings, context.currentParallelism());
    if (settings.discovery().isPresent()) {
      long millis = settings.discovery().get().interval().toMillis();
      setBacklog(!planned || !pending.isEmpty());
      discoveries =
          new Discoveries(
              settings, planner, () -> context.runInCoordinatorThread(this::discoverSoon));
      context.callAsync(() -> discoveries.look(seen), this::discovered, 0, millis);
    } else if (!planned) {
      context.callAsync(planner::all, this::found);
    }
  }

  private void found(Found found, Throwable failure) {
    if (failure != null) {
      throw asUnchecked(failure);
    }
    for (ScanTask task : found.tasks()) {
      pending.add(new EnvelopeSplit("split-" + nextSplit, task));
      nextSplit++;
    }
    planned = true;
    if (!found.tasks().isEmpty()) {
      LOG.info("{}: {} splits to read", settings.options().place(), found.tasks().size());
    }
    serve();
  }

  private void discoverSoon() {
    context.callAsync(
        () -> discoveries.lookRested(() -> seen),
        (found, failure) -> {
          hintedDiscoveries++;
          if (failure == null && outdated(found)) {
            // What the hint was of may be in neither of the two.
            discoverSoon();
          } else {
            discovered(found, failure);
          }
        });
  }

  /** Whether it was looked for before the last one was reported, and so holds the same again. */
  @SuppressWarnings("ReferenceEquality") // Whether it is this very set that was compared with.
  private boolean outdated(Found found) {
    return found.against() != seen;
  }

  private void discovered(Found found, Throwable failure) {
    if (failure instanceof StoreException && planned) {
      // A server that is being restarted need not end a job that runs for ever.
      failedDiscoveries++;
      LOG.warn(
          "Could not look for new entries, will try again in {}: {}",
          settings.discovery().orElseThrow().interval(),
          failure.getMessage());
      return;
    }
    if (failure == null) {
      if (outdated(found)) {
        return;
      }
      // Entries that are gone are forgotten, so that this stays as small as the store is.
      seen = found.present();
    }
    found(found, failure);
  }

  private static RuntimeException asUnchecked(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return failure instanceof RuntimeException unchecked
        ? unchecked
        : new IllegalStateException(failure);
  }

  @Override
  public void handleSplitRequest(int subtask, String host) {
    waiting.add(subtask);
    serve();
  }

  private void serve() {
    Iterator<Integer> askers = waiting.iterator();
    while (askers.hasNext()) {
      int subtask = askers.next();
      if (!context.registeredReaders().containsKey(subtask)) {
        // It has failed since; it asks again when it is back.
        askers.remove();
      } else if (!pending.isEmpty()) {
        context.assignSplit(pending.removeFirst(), subtask);
        askers.remove();
      } else if (planned && settings.discovery().isEmpty()) {
        context.signalNoMoreSplits(subtask);
        askers.remove();
      } else {
        break;
      }
    }
    setBacklog(settings.discovery().isPresent() && (!planned || (backlog && !pending.isEmpty())));
  }

  /** Whether what is read now is what was there when the job started. */
  private void setBacklog(boolean value) {
    if (value != backlog) {
      backlog = value;
      context.setIsProcessingBacklog(value);
    }
  }

  /** Splits of a reader that failed: others may have them, before anything new. */
  @Override
  public void addSplitsBack(List<EnvelopeSplit> splits, int subtask) {
    List<EnvelopeSplit> backwards = new ArrayList<>(splits);
    Collections.reverse(backwards);
    backwards.forEach(pending::addFirst);
    serve();
  }

  @Override
  public void addReader(int subtask) {
    // Readers ask for splits by themselves.
  }

  @Override
  public EnumeratorState snapshotState(long checkpoint) {
    return new EnumeratorState(planned, nextSplit, List.copyOf(pending), seen);
  }

  @Override
  public void close() {
    if (discoveries != null) {
      discoveries.close();
    }
  }
}

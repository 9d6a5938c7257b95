package dev.envelope.scan;

import dev.envelope.AuthenticationException;
import dev.envelope.ChangedEntryException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.memory.Region;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.options.ReadMode;
import dev.envelope.payload.BatchReader;
import dev.envelope.payload.DecodedTable;
import dev.envelope.payload.PayloadTable;
import dev.envelope.payload.arrow.ArrowFile;
import dev.envelope.store.EntryId;
import dev.envelope.store.Store;
import dev.envelope.store.StoredEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Opens the entries of a task, each in the way that suits it and the options: out of the pool,
 * streamed, projected, or whole and for itself. Keeps one store open. Used by one thread.
 */
final class EntryOpener implements AutoCloseable {
  /**
   * Entries up to here are pulled whole in every mode: the round trips for their parts would take
   * longer than their bytes. Also what is announced to the store ahead.
   */
  static final long SMALL = 64 << 10;

  /** How much of small entries is fetched ahead at once, and how many of them. */
  private static final long AHEAD_BYTES = 4 << 20;

  private static final int AHEAD_ENTRIES = 1000;

  private final ScanTask task;
  private final EnvelopeOptions options;
  private final ReaderMaker readers;
  private final ScanMetrics metrics;
  private final EntryPool pool = EntryPool.ofThisJvm();
  private final Unwrapper unwrapper;
  private Store store;
  private final long small;
  private int announced;

  /**
   * Opens nothing yet.
   *
   * @param small up to which size entries are pulled whole in every mode: {@link #SMALL}
   */
  EntryOpener(ScanTask task, ReaderMaker readers, ScanMetrics metrics, long small) {
    this.small = small;
    this.task = task;
    this.options = task.options();
    this.readers = readers;
    this.metrics = metrics;
    this.unwrapper = new Unwrapper(options, task.schemaGiven(), metrics);
  }

  private Store store() {
    if (store == null) {
      store = task.location().open(metrics.traffic());
    }
    return store;
  }

  /**
   * Opens the entry of a slice.
   *
   * @param index which slice of the task; they are opened in order
   * @throws ChangedEntryException when it is not the version that was planned
   * @throws AuthenticationException when this process lacks the keys that the planner had
   */
  OpenEntry open(int index) {
    if (task.keyed() && !unwrapper.hasKeys()) {
      // Entries that the planner has not seen would be taken in plaintext here.
      throw new AuthenticationException(
          "the program that planned the query has a master key in its environment, and this process"
              + " has none: set CACHEKIT_MASTER_KEY for all of them, or give"
              + " master-key-secret-file or master-key-provider");
    }
    announce(index);
    EntrySlice slice = task.slices().get(index);
    for (int attempt = 1; ; attempt++) {
      try {
        return openOnce(slice);
      } catch (ChangedEntryException e) {
        if (attempt == EntryPull.ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private OpenEntry openOnce(EntrySlice slice) {
    PlannedEntry planned = slice.entry();
    if (!planned.seen()) {
      return unseen(planned);
    }
    OpenEntry inParts = mayComeInParts(planned) ? inParts(slice) : null;
    return inParts == null ? pooled(planned) : inParts;
  }

  private boolean mayComeInParts(PlannedEntry planned) {
    return options.readMode() != ReadMode.VERIFIED
        && !task.location().mapped()
        && planned.bytes() > small;
  }

  private WholeEntry pooled(PlannedEntry planned) {
    SharedEntry shared = pool.acquire(this::store, task.location(), planned, unwrapper);
    try {
      BatchReader reader = readers.reader(shared.table(), shared.region());
      return new WholeEntry(planned, shared.table().batchCount(), reader, shared::close);
    } catch (RuntimeException | Error e) {
      shared.close();
      throw e;
    }
  }

  /** Null for an entry that only comes whole. */
  private OpenEntry inParts(EntrySlice slice) {
    PlannedEntry planned = slice.entry();
    StoredEntry stored = store().open(planned.id());
    try (EntryContent content = unwrapper.content(stored)) {
      refuseOther(planned, content);
      if (!content.inParts()) {
        stored.close();
        return null;
      }
      ArrowFile file = file(stored, content);
      boolean all = slice.from() == 0 && slice.to() == file.batchCount();
      Checksum checksum = options.comparesChecksums() ? content.stampedChecksum() : null;
      if (options.readMode() == ReadMode.STREAMING
          && checksum != null
          && !(all && StreamedEntry.inOrder(file))) {
        stored.close();
        return null;
      }
      metrics.addEntry();
      EntryPull pull = new EntryPull(stored, () -> reopen(planned), content.aligned(), metrics);
      return options.readMode() == ReadMode.STREAMING
          ? new StreamedEntry(planned, file, checksum, pull, slice.to(), readers, metrics)
          : new ProjectedEntry(planned, file, pull, slice.to(), readers);
    } catch (RuntimeException | Error e) {
      stored.close();
      throw e;
    }
  }

  private ArrowFile file(StoredEntry stored, EntryContent content) {
    PlanCache.Key key =
        new PlanCache.Key(
            task.location(),
            stored.id().name(),
            content.version(),
            stored.revision(),
            unwrapper.reading());
    Optional<PlanCache.Known> known = PlanCache.ofThisJvm().find(key);
    if (known.isPresent()) {
      return (ArrowFile) known.get().table();
    }
    stored.prefetch(List.of(ArrowFile.tail(stored.size())));
    ArrowFile file = ArrowFile.open(stored, content.layout().bodyOffset());
    PlanCache.ofThisJvm().put(key, new PlanCache.Known(file, Optional.empty()));
    return file;
  }

  private StoredEntry reopen(PlannedEntry planned) {
    StoredEntry stored = store().open(planned.id());
    try (EntryContent content = unwrapper.content(stored)) {
      refuseOther(planned, content);
      return stored;
    } catch (RuntimeException | Error e) {
      stored.close();
      throw e;
    }
  }

  /** When an entry expires, in Unix seconds; 0 for never. Asks the store unless it is known. */
  long expiresAt(PlannedEntry entry) {
    if (entry.expiresAt() != PlannedEntry.NOT_ASKED) {
      return entry.expiresAt();
    }
    try (StoredEntry stored = store().open(entry.id())) {
      return stored.expiresAt();
    }
  }

  /** Refuses another write than the one that was planned. */
  static void refuseOther(PlannedEntry planned, EntryContent content) {
    if (!content.version().equals(planned.version())) {
      throw new ChangedEntryException(
          "entry '"
              + planned.id().label()
              + "' was replaced since the query was planned; run the query again");
    }
  }

  /** One of many small entries: it is not shared with other tasks, and nobody knows it yet. */
  private WholeEntry unseen(PlannedEntry planned) {
    EntryId id = planned.id();
    try (StoredEntry stored = store().open(id);
        EntryContent content = unwrapper.content(stored)) {
      ClearPayload payload = unwrapper.payload(stored, content, pool.memory());
      try {
        if (options.comparesChecksums()) {
          payload.verify(metrics);
        }
        PayloadTable table = payload.table(unwrapper.reading());
        refuseUnfit(id, table, payload);
        metrics.addEntry();
        PlannedEntry found =
            PlannedEntry.of(stored, content, payload.layout().kind(), task.location(), List.of());
        BatchReader reader = readers.reader(table, payload.region());
        return new WholeEntry(found, table.batchCount(), reader, payload::close);
      } catch (RuntimeException | Error e) {
        payload.close();
        throw e;
      }
    }
  }

  private void refuseUnfit(EntryId id, PayloadTable table, ClearPayload payload) {
    if (task.table() == null) {
      return;
    }
    try {
      task.table().refuseUnfit(id.label(), table.fields(), !payload.layout().kind().viewed());
    } catch (UnsupportedEntryException e) {
      // An entry without rows has whatever types its writer gave to nothing.
      for (int i = 0; i < table.batchCount(); i++) {
        if (rows(table, payload.region(), i) > 0) {
          throw e;
        }
      }
    }
  }

  private static long rows(PayloadTable table, Region region, int batch) {
    return table instanceof DecodedTable decoded
        ? decoded.rows(batch)
        : ((ArrowFile) table).summary(region, batch).rows();
  }

  /** Tells a store that is far away which small entries come next. */
  private void announce(int index) {
    if (index < announced || task.location().local()) {
      return;
    }
    List<EntryId> ids = new ArrayList<>();
    long bytes = 0;
    int next = index;
    while (next < task.slices().size() && ids.size() < AHEAD_ENTRIES && bytes < AHEAD_BYTES) {
      PlannedEntry entry = task.slices().get(next).entry();
      if (entry.seen() && entry.bytes() > SMALL) {
        break;
      }
      if (!entry.seen() || !pool.holds(task.location(), entry, unwrapper)) {
        ids.add(entry.id());
        bytes += entry.bytes();
      }
      next++;
    }
    announced = Math.max(next, index + 1);
    if (ids.size() > 1) {
      store().prefetch(ids);
    }
  }

  @Override
  public void close() {
    unwrapper.close();
    if (store != null) {
      store.close();
      store = null;
    }
  }
}

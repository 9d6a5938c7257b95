package dev.envelope.scan;

import dev.envelope.AuthenticationException;
import dev.envelope.ChangedEntryException;
import dev.envelope.CorruptEntryException;
import dev.envelope.EnvelopeException;
import dev.envelope.MissingEntryException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.options.OnError;
import dev.envelope.store.EntryId;
import dev.envelope.store.Store;
import dev.envelope.store.StoredEntry;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.apache.arrow.memory.OutOfMemoryException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plans a scan on the driver: finds the entries, reads their headers, footers and batch metadata,
 * and makes one table of them. Bodies are not touched. Stateless.
 *
 * <p>Where there are more than {@value #FEW} entries and their columns are not to be merged, only
 * those are opened that may be cut, and a sample of the others; what is not opened stays unseen.
 */
public final class ScanPlanner {
  private static final Logger LOG = LoggerFactory.getLogger(ScanPlanner.class);

  /** Up to here every entry is opened: a second or two, at a millisecond each. */
  static final int FEW = 1000;

  /** From here on an entry is opened however many there are: it may be worth several tasks. */
  static final long LARGE = 4L << 20;

  /** How many of the small entries are opened, evenly spread, to find conflicts early. */
  private static final int SAMPLE = 64;

  /** How many are opened in search of one with rows, which decides on the columns. */
  private static final int MOST_SEARCHED = 1000;

  /** How many entries a store is asked for at once. */
  private static final int SLICE = 10_000;

  /** How many entries are announced at once before they are opened. */
  private static final int AHEAD = 250;

  private final EnvelopeOptions options;
  private final Selection selection;
  private final Unwrapper unwrapper;
  private final EntryStudy study;
  private final TableSchema schema;
  private final List<PlannedEntry> entries = new ArrayList<>();
  private final List<SkippedEntry> skipped = new ArrayList<>();

  private final boolean schemaGiven;
  private final boolean every;
  private final EntryFilter filter;

  private ScanPlanner(
      EnvelopeOptions options, boolean schemaGiven, boolean every, EntryFilter filter) {
    this.schemaGiven = schemaGiven;
    this.every = every;
    this.filter = filter;
    this.options = options;
    this.schema = new TableSchema(options.mergeSchema(), schemaGiven);
    this.selection = Selection.of(options);
    this.unwrapper = new Unwrapper(options, schemaGiven, ScanMetrics.ofThisJvm());
    this.study = new EntryStudy(selection.location(), unwrapper);
  }

  /**
   * Plans a scan.
   *
   * @throws EnvelopeException when the store cannot be read, or an entry cannot and is not to be
   *     skipped
   */
  public static ScanPlan plan(EnvelopeOptions options) {
    return plan(options, false);
  }

  /**
   * Plans a scan for columns that a user has named.
   *
   * @param schemaGiven whether that is so: then rows of documents may have others, which are not
   *     read
   */
  public static ScanPlan plan(EnvelopeOptions options, boolean schemaGiven) {
    return plan(options, schemaGiven, EntryFilter.ALL);
  }

  /**
   * Plans a scan of some of the entries; the columns are those of these entries.
   *
   * @param filter which; what it rules out by key or size is not opened
   */
  public static ScanPlan plan(EnvelopeOptions options, boolean schemaGiven, EntryFilter filter) {
    return new ScanPlanner(options, schemaGiven, false, filter).plan();
  }

  /**
   * Plans a scan that has to know the version of every entry, however many there are. Of an entry
   * that was planned before and has not been written again only the head is read.
   *
   * @param schemaGiven as of {@link #plan(EnvelopeOptions, boolean)}
   * @param filter which entries, as of {@link #plan(EnvelopeOptions, boolean, EntryFilter)}
   */
  public static ScanPlan planEvery(
      EnvelopeOptions options, boolean schemaGiven, EntryFilter filter) {
    return new ScanPlanner(options, schemaGiven, true, filter).plan();
  }

  private ScanPlan plan() {
    EntryPool.ofThisJvm().limitMemory(options);
    try (unwrapper;
        Store store = selection.location().open(ScanMetrics.ofThisJvm().traffic())) {
      List<EntryId> listed = selection.ids(store);
      long[] listedSizes = sizes(store, listed);
      BitSet possible = possible(listed, listedSizes);
      boolean all = possible.cardinality() == listedSizes.length;
      List<EntryId> ids = all ? listed : possible.stream().mapToObj(listed::get).toList();
      long[] sizes = possible.stream().mapToLong(i -> listedSizes[i]).toArray();
      BitSet wanted = wanted(sizes);
      int searched = 0;
      int announced = 0;
      for (int i = 0; i < sizes.length; i++) {
        boolean search = sizes[i] >= 0 && !schema.decided() && searched < MOST_SEARCHED;
        if (wanted.get(i) || search) {
          searched++;
          if (wanted.get(i) && i >= announced) {
            announced = announce(store, ids, wanted, i);
          }
          plan(store, ids.get(i));
        } else if (sizes[i] >= 0) {
          entries.add(PlannedEntry.unseen(ids.get(i), sizes[i]));
        }
      }
    }
    return new ScanPlan(
        selection.location(),
        options,
        columns(),
        entries.stream().filter(filter::mayMatch).toList(),
        List.copyOf(skipped),
        schemaGiven,
        options.masterKeys().ofEnvironment() && unwrapper.hasKeys());
  }

  private BitSet possible(List<EntryId> ids, long[] sizes) {
    BitSet possible = new BitSet(sizes.length);
    for (int i = 0; i < sizes.length; i++) {
      possible.set(i, filter.mayMatch(PlannedEntry.unseen(ids.get(i), sizes[i])));
    }
    return possible;
  }

  private static long[] sizes(Store store, List<EntryId> ids) {
    long[] sizes = new long[ids.size()];
    for (int from = 0; from < sizes.length; from += SLICE) {
      int to = Math.min(sizes.length, from + SLICE);
      System.arraycopy(store.sizes(ids.subList(from, to)), 0, sizes, from, to - from);
    }
    return sizes;
  }

  /** Which entries are opened, and those asked for by name that are not there: opening says why. */
  private BitSet wanted(long[] sizes) {
    BitSet wanted = new BitSet(sizes.length);
    boolean all = every || sizes.length <= FEW || options.mergeSchema();
    int stride = Math.max(1, sizes.length / SAMPLE);
    for (int i = 0; i < sizes.length; i++) {
      boolean open = all || sizes[i] >= LARGE || i % stride == 0;
      wanted.set(i, sizes[i] < 0 ? selection.named() : open);
    }
    return wanted;
  }

  private static int announce(Store store, List<EntryId> ids, BitSet wanted, int from) {
    List<EntryId> next = new ArrayList<>();
    int at = from;
    while (at >= 0 && next.size() < AHEAD) {
      next.add(ids.get(at));
      at = wanted.nextSetBit(at + 1);
    }
    if (next.size() > 1) {
      store.prefetch(next);
    }
    return at < 0 ? ids.size() : at;
  }

  private void plan(Store store, EntryId id) {
    try {
      add(store, id);
    } catch (ChangedEntryException e) {
      skipOrThrow(id, e, options.onMissing());
    } catch (MissingEntryException e) {
      // A listed entry that is gone or expired was never asked for by name.
      if (selection.named()) {
        skipOrThrow(id, e, options.onMissing());
      }
    } catch (CorruptEntryException e) {
      skipOrThrow(id, e.in(id.label()), options.onCorrupt());
    } catch (UnsupportedEntryException e) {
      skipOrThrow(id, named(id, e, selection.named()), options.onCorrupt());
    } catch (AuthenticationException e) {
      throw e.in(id.label());
    } catch (OutOfMemoryException e) {
      throw TaskReader.doesNotFit(id, options, e);
    }
  }

  /** The table's columns; an entry that nobody has looked at may have nulls in any of them. */
  private List<TableColumn> columns() {
    boolean unseen = entries.stream().anyMatch(entry -> !entry.seen());
    return schema.columns().stream()
        .map(
            column ->
                unseen
                    ? new TableColumn(TypeWidening.nullable(column.field()), column.origin())
                    : column)
        .toList();
  }

  private void skipOrThrow(EntryId id, EnvelopeException problem, OnError policy) {
    if (policy == OnError.FAIL) {
      throw problem;
    }
    LOG.warn("Skipping entry '{}': {}", id.label(), problem.getMessage());
    skipped.add(new SkippedEntry(id, problem.getMessage()));
  }

  private static UnsupportedEntryException named(
      EntryId id, UnsupportedEntryException problem, boolean asked) {
    String advice =
        asked
            ? ""
            : "; name the entries to read by 'keys', or leave such entries out with on-corrupt ="
                + " skip";
    return new UnsupportedEntryException(
        "entry '" + id.label() + "' cannot be read: " + problem.getMessage() + advice, problem);
  }

  private void add(Store store, EntryId id) {
    for (int attempt = 1; ; attempt++) {
      try {
        addOnce(store, id);
        return;
      } catch (ChangedEntryException e) {
        if (attempt == EntryPull.ATTEMPTS) {
          throw new ChangedEntryException(
              "entry '"
                  + id.label()
                  + "' was written again each of the "
                  + attempt
                  + " times that it was planned; run the query again when it is written less often");
        }
      }
    }
  }

  private void addOnce(Store store, EntryId id) {
    try (StoredEntry entry = store.open(id);
        EntryContent content = unwrapper.content(entry)) {
      PlanCache.Details details = study.details(entry, content);
      PlannedEntry planned =
          PlannedEntry.of(entry, content, details.kind(), selection.location(), details.batches());
      schema.add(id.label(), details.fields(), planned.rows(), planned.decoded());
      entries.add(planned);
    }
  }
}

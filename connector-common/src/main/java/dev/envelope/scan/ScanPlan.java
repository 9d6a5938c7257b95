package dev.envelope.scan;

import dev.envelope.MissingEntryException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.options.OnError;
import dev.envelope.options.ReadMode;
import dev.envelope.store.StoreLocation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * The entries of a scan and the table they make up, from their headers and footers alone; of many
 * small entries only a sample was looked at, and the others are unseen. Immutable.
 *
 * @param location where the entries are
 * @param options how to read them
 * @param columns the columns of the table
 * @param entries the entries in the order of the scan
 * @param skipped the entries that were left out, and why; only with {@code on-missing} or {@code
 *     on-corrupt} = {@code skip}
 * @param schemaGiven whether a user has named the columns
 * @param keyed whether the planner has found a master key in its environment, so that tasks have to
 *     find one in theirs
 */
public record ScanPlan(
    StoreLocation location,
    EnvelopeOptions options,
    List<TableColumn> columns,
    List<PlannedEntry> entries,
    List<SkippedEntry> skipped,
    boolean schemaGiven,
    boolean keyed) {

  /** Below this a task costs more to start than to run; as Spark's {@code openCostInBytes}. */
  private static final long SMALLEST_TASK = 4L << 20;

  /**
   * The most entries in one task, so that its serial form, some 100 bytes an entry, stays below
   * what Spark warns of (1 MB).
   */
  private static final int MOST_ENTRIES = 5000;

  /** How many entries are unseen: their rows and columns are not known. */
  public int unseen() {
    int unseen = 0;
    for (PlannedEntry entry : entries) {
      unseen += entry.seen() ? 0 : 1;
    }
    return unseen;
  }

  /** How many rows the table has, unseen entries not counted. */
  public long rows() {
    return entries.stream().mapToLong(PlannedEntry::rows).sum();
  }

  /**
   * Refuses a plan without entries, where columns are to be taken from them.
   *
   * @param instead what the user can do, for the message
   * @throws MissingEntryException if there is no entry
   */
  public void requireEntries(String instead) {
    if (entries.isEmpty()) {
      throw new MissingEntryException(
          "there is no entry in "
              + options.place()
              + " to take the columns from"
              + (skipped.isEmpty() ? "" : " (" + skipped.size() + " were skipped: see the log)")
              + "; "
              + instead);
    }
  }

  /**
   * Refuses a column that a user has declared to have no nulls, where it has.
   *
   * @param name as the user has declared it
   * @param own what the entries have for it
   * @param instead what the user can do, for the message
   * @throws UnsupportedEntryException if it has nulls in an entry that was opened; what unseen
   *     entries have turns out in their tasks
   */
  public void requireNoNulls(String name, Optional<Field> own, String instead) {
    boolean nulls = own.isEmpty() || own.get().isNullable();
    if (nulls && rows() > 0 && unseen() == 0) {
      throw new UnsupportedEntryException(
          "column '"
              + name
              + "' is declared NOT NULL but the entries "
              + (own.isEmpty() ? "do not have it" : "have nulls in it")
              + "; "
              + instead);
    }
  }

  /** Whether the values of all entries that were opened are decoded rather than viewed. */
  public boolean decodes() {
    return entries.stream().allMatch(entry -> !entry.seen() || entry.decoded());
  }

  /**
   * The plan with other types for some columns, which values are decoded into.
   *
   * @param others the fields by the names of the columns
   */
  public ScanPlan decodedAs(Map<String, Field> others) {
    List<TableColumn> typed =
        columns.stream()
            .map(
                column -> {
                  Field other = others.get(column.field().getName());
                  return other == null ? column : new TableColumn(other, column.origin());
                })
            .toList();
    return new ScanPlan(location, options, typed, entries, skipped, schemaGiven, keyed);
  }

  /** The plan with some of its entries only, and the same columns. */
  public ScanPlan only(Predicate<PlannedEntry> wanted) {
    List<PlannedEntry> some = entries.stream().filter(wanted).toList();
    return new ScanPlan(location, options, columns, some, skipped, schemaGiven, keyed);
  }

  /** How many bytes the stored values have. */
  public long bytes() {
    return entries.stream().mapToLong(PlannedEntry::bytes).sum();
  }

  /**
   * Cuts the scan into tasks: large entries into ranges of batches, small ones together.
   *
   * <p>With {@code on-corrupt = skip} an entry is never cut: it is left out whole or not at all,
   * which only one task can decide. Nor is one whose checksum is computed while it streams. And
   * where entries may be left out, no row of the others can be spared beforehand: the limit is not
   * used then.
   *
   * @param columns the names of the columns to read
   * @param parallelism how many tasks can run at once
   * @param rowLimit how many rows are enough, or {@link Long#MAX_VALUE}
   */
  public List<ScanTask> tasks(List<String> columns, int parallelism, long rowLimit) {
    boolean whole = !cuts();
    boolean skips = options.onCorrupt() == OnError.SKIP;
    long enough = skips || options.onMissing() == OnError.SKIP ? Long.MAX_VALUE : rowLimit;
    // Also columns that nobody wants decide whether an entry fits, as they do in planning.
    boolean needed = entries.stream().anyMatch(entry -> !entry.seen() || entry.decoded());
    TaskTable table = needed ? new TaskTable(this.columns, schemaGiven) : null;
    long cores = Math.max(1, parallelism);
    long share = bytes() / cores + 1;
    // A task for each core even if it is small, but not below what is worth a task.
    long target = Math.min(options.splitSize(), Math.max(SMALLEST_TASK, share));
    List<ScanTask> tasks = new ArrayList<>();
    List<EntrySlice> open = new ArrayList<>();
    long openBytes = 0;
    long rows = 0;
    for (PlannedEntry entry : entries) {
      int count = entry.seen() ? entry.batches().size() : EntrySlice.ALL;
      int from = 0;
      while (from < count && rows < enough) {
        // What cannot be cut: all batches of an entry, or one.
        int to = whole || !entry.seen() ? count : from + 1;
        EntrySlice piece = new EntrySlice(entry, from, to);
        long bytes = piece.bytes();
        // Cut where that comes closer to the target than going on.
        if (openBytes > 0 && (openBytes + bytes / 2 >= target || open.size() >= MOST_ENTRIES)) {
          tasks.add(new ScanTask(location, options, columns, joined(open), table, keyed));
          open.clear();
          openBytes = 0;
        }
        open.add(piece);
        openBytes += bytes;
        rows += piece.rows();
        from = to;
      }
    }
    if (!open.isEmpty()) {
      tasks.add(new ScanTask(location, options, columns, joined(open), table, keyed));
    }
    return tasks;
  }

  private boolean cuts() {
    boolean streams = options.readMode() == ReadMode.STREAMING && !location.mapped();
    if (options.onCorrupt() == OnError.SKIP || (streams && options.comparesChecksums())) {
      return false;
    }
    return switch (options.split()) {
      case ALWAYS -> true;
      case NEVER -> false;
      case AUTO -> streams || location.local() || options.readMode() == ReadMode.PROJECTED;
    };
  }

  /** The pieces, with one slice for those that follow each other in one entry. */
  private static List<EntrySlice> joined(List<EntrySlice> pieces) {
    List<EntrySlice> slices = new ArrayList<>();
    for (EntrySlice piece : pieces) {
      EntrySlice last = slices.isEmpty() ? null : slices.get(slices.size() - 1);
      if (last != null
          && last.to() == piece.from()
          && last.entry().id().equals(piece.entry().id())) {
        slices.set(slices.size() - 1, new EntrySlice(piece.entry(), last.from(), piece.to()));
      } else {
        slices.add(piece);
      }
    }
    return List.copyOf(slices);
  }
}

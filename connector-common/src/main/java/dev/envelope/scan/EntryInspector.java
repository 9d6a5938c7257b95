package dev.envelope.scan;

import dev.envelope.AuthenticationException;
import dev.envelope.CorruptEntryException;
import dev.envelope.EnvelopeException;
import dev.envelope.MissingEntryException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.entry.FrameHeader;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.payload.PayloadKind;
import dev.envelope.store.EntryId;
import dev.envelope.store.Store;
import dev.envelope.store.StoreLocation;
import dev.envelope.store.StoredEntry;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Looks at entries one by one and says what is in them, or why they cannot be read. Keeps one store
 * open, which {@link #close} closes. Used by one thread.
 */
public final class EntryInspector implements AutoCloseable {
  /** How much is looked at. */
  public enum Depth {
    /** Length, expiry and header; the payload is not looked at. */
    HEAD,
    /** The header, and what it takes to know columns and rows. */
    TABLE,
    /** All of it: every checksum is compared and every row decoded. */
    EVERYTHING
  }

  private final StoreLocation location;
  private final EnvelopeOptions options;
  private final ScanMetrics metrics;
  private final Unwrapper unwrapper;
  private final EntryStudy study;
  private final Store store;

  /**
   * Opens the store.
   *
   * @param location where the entries are
   * @param options how to read them
   * @param metrics counts what is done
   */
  public EntryInspector(StoreLocation location, EnvelopeOptions options, ScanMetrics metrics) {
    this.location = location;
    this.options = options;
    this.metrics = metrics;
    this.unwrapper = new Unwrapper(options, false, metrics);
    this.study = new EntryStudy(location, unwrapper);
    this.store = location.open(metrics.traffic());
    EntryPool.ofThisJvm().limitMemory(options);
  }

  /**
   * The entries that options ask for, in the order of a scan.
   *
   * @param location where they are
   * @param ids whether they exist is not looked at
   */
  public record Listing(StoreLocation location, List<EntryId> ids) {
    /** Looks them up. */
    public static Listing of(EnvelopeOptions options) {
      Selection selection = Selection.of(options);
      try (Store store = selection.location().open(ScanMetrics.ofThisJvm().traffic())) {
        return new Listing(selection.location(), List.copyOf(selection.ids(store)));
      }
    }
  }

  /** Says which entries come next, see {@link Store#prefetch}. */
  public void announce(List<EntryId> ids) {
    store.prefetch(ids);
  }

  /**
   * Looks at an entry. What is wrong with the entry is in the report.
   *
   * @throws dev.envelope.StoreException when the store cannot be read
   */
  public EntryReport inspect(EntryId id, Depth depth) {
    Findings findings = new Findings(id);
    try {
      look(id, depth, findings);
    } catch (CorruptEntryException e) {
      findings.problem = e.in(id.label());
    } catch (UnsupportedEntryException e) {
      findings.problem = e.in(id.label());
    } catch (AuthenticationException e) {
      findings.problem = e.in(id.label());
    } catch (MissingEntryException e) {
      findings.problem = e;
    } catch (OutOfMemoryException e) {
      findings.problem = TaskReader.doesNotFit(id, options, e);
    }
    return findings.report();
  }

  private void look(EntryId id, Depth depth, Findings findings) {
    try (StoredEntry entry = store.open(id)) {
      findings.bytes = entry.size();
      findings.expiresAt = entry.expiresAt();
      findings.header = EntryContent.headerOf(entry, options.format());
      if (depth == Depth.HEAD) {
        return;
      }
      try (EntryContent content = unwrapper.content(entry)) {
        findings.header = content.header();
        findings.kind = content.layout() == null ? null : content.layout().kind();
        PlanCache.Details details = study.details(entry, content);
        findings.kind = details.kind();
        findings.fields = details.fields();
        findings.batches = details.batches();
        if (depth == Depth.EVERYTHING) {
          readAll(
              PlannedEntry.of(entry, content, details.kind(), location, details.batches()),
              details.fields());
        }
      }
    }
  }

  private void readAll(PlannedEntry entry, List<Field> fields) {
    List<TableColumn> columns = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (Field field : fields) {
      columns.add(new TableColumn(field, entry.id().label()));
      names.add(field.getName());
    }
    TaskTable table = entry.decoded() ? new TaskTable(columns, false) : null;
    ScanTask task = new ScanTask(location, options, names, List.of(EntrySlice.whole(entry)), table);
    try (TaskReader reader = new TaskReader(task, "inspection of " + entry.id().label(), metrics)) {
      while (reader.next() != null) {
        // Every batch is checked as it is loaded.
      }
    }
  }

  @Override
  public void close() {
    unwrapper.close();
    store.close();
  }

  /** What is known so far. */
  private static final class Findings {
    private final EntryId id;
    private long bytes = -1;
    private long expiresAt;
    private FrameHeader header;
    private PayloadKind kind;
    private List<Field> fields = List.of();
    private List<PlannedEntry.PlannedBatch> batches = List.of();
    private EnvelopeException problem;

    private Findings(EntryId id) {
      this.id = id;
    }

    private EntryReport report() {
      return new EntryReport(id, bytes, expiresAt, header, kind, fields, batches, problem);
    }
  }
}

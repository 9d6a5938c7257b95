package dev.envelope.scan;

import dev.envelope.CorruptEntryException;
import dev.envelope.EnvelopeException;
import dev.envelope.MissingEntryException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.memory.Allocators;
import dev.envelope.memory.ByteSource;
import dev.envelope.memory.Region;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.options.Integrity;
import dev.envelope.options.OnError;
import dev.envelope.payload.arrow.ArrowFile;
import dev.envelope.payload.arrow.BatchSummary;
import dev.envelope.store.EntryId;
import dev.envelope.store.Store;
import dev.envelope.store.StoredEntry;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plans a scan on the driver: finds the entries, reads their headers, footers and batch metadata,
 * and makes one table of them. Bodies are not touched. Stateless.
 */
public final class ScanPlanner {
  private static final Logger LOG = LoggerFactory.getLogger(ScanPlanner.class);

  private final EnvelopeOptions options;
  private final TableSchema schema;
  private final List<PlannedEntry> entries = new ArrayList<>();
  private final List<SkippedEntry> skipped = new ArrayList<>();

  private ScanPlanner(EnvelopeOptions options) {
    this.options = options;
    this.schema = new TableSchema(options.mergeSchema());
  }

  /**
   * Plans a scan.
   *
   * @throws EnvelopeException when the store cannot be read, or an entry cannot and is not to be
   *     skipped
   */
  public static ScanPlan plan(EnvelopeOptions options) {
    return new ScanPlanner(options).plan();
  }

  private ScanPlan plan() {
    Selection selection = Selection.of(options);
    EntryPool.ofThisJvm().limitMemory(options);
    try (Store store = selection.location().open()) {
      List<EntryId> ids = selection.ids(store);
      for (EntryId id : ids) {
        try {
          add(store, id);
        } catch (MissingEntryException e) {
          // A listed entry that is gone or expired was never asked for by name.
          if (selection.named()) {
            skipOrThrow(id, e, options.onMissing());
          }
        } catch (CorruptEntryException e) {
          skipOrThrow(id, e.in(id.label()), options.onCorrupt());
        } catch (UnsupportedEntryException e) {
          skipOrThrow(id, named(id, e, selection.named()), options.onCorrupt());
        } catch (OutOfMemoryException e) {
          throw TaskReader.doesNotFit(id, options, e);
        }
      }
    }
    return new ScanPlan(
        selection.location(),
        options,
        schema.columns(),
        List.copyOf(entries),
        List.copyOf(skipped));
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
    try (StoredEntry entry = store.open(id);
        EntryContent content = EntryContent.of(entry, Allocators.allocated())) {
      ByteSource source = content.decoded() != null ? content.decoded() : entry;
      ArrowFile file = ArrowFile.open(source, content.arrowOffset());
      List<PlannedEntry.PlannedBatch> batches = new ArrayList<>();
      BitSet withNulls = new BitSet();
      long rows = 0;
      for (int i = 0; i < file.batchCount(); i++) {
        BatchSummary summary = file.summary(source, i);
        if (summary.rows() > Integer.MAX_VALUE) {
          throw new UnsupportedEntryException(
              "batch " + i + " has " + summary.rows() + " rows; 2^31 - 1 are read");
        }
        batches.add(new PlannedEntry.PlannedBatch(summary.rows(), file.batchBytes(i)));
        withNulls.or(summary.withNulls());
        rows += summary.rows();
      }
      if (batches.isEmpty() && options.integrity() == Integrity.VERIFY && content.hasChecksum()) {
        // No task will read it, so nobody else would notice that it was not written empty.
        verify(entry, content);
      }
      schema.add(id.label(), nullability(file.fields(), withNulls), rows);
      entries.add(
          new PlannedEntry(
              id,
              content.version(),
              entry.size(),
              content.header().serializer(),
              entry.expiresAt(),
              List.copyOf(batches)));
    }
  }

  private static void verify(StoredEntry entry, EntryContent content) {
    if (content.decoded() != null) {
      content.verify(content.decoded());
      return;
    }
    try (Region region =
        entry.region(
            entry.mapped() ? Allocators.mapped() : Allocators.allocated(), content.arrowOffset())) {
      content.verify(region);
    }
  }

  /** A column is nullable where a batch has nulls, whatever its schema says: pandas says always. */
  private static List<Field> nullability(List<Field> fields, BitSet withNulls) {
    List<Field> result = new ArrayList<>(fields.size());
    for (int i = 0; i < fields.size(); i++) {
      Field field = fields.get(i);
      // The nulls of a dictionary are only known once its values are read.
      boolean nullable = withNulls.get(i) || field.getDictionary() != null;
      FieldType type =
          new FieldType(nullable, field.getType(), field.getDictionary(), field.getMetadata());
      result.add(new Field(field.getName(), type, field.getChildren()));
    }
    return result;
  }
}

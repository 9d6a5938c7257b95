package dev.envelope.scan;

import dev.envelope.UnsupportedEntryException;
import dev.envelope.memory.Allocators;
import dev.envelope.memory.ByteRange;
import dev.envelope.memory.ByteSource;
import dev.envelope.memory.RegionMemory;
import dev.envelope.options.Integrity;
import dev.envelope.payload.DecodedTable;
import dev.envelope.payload.PayloadKind;
import dev.envelope.payload.PayloadTable;
import dev.envelope.payload.arrow.ArrowFile;
import dev.envelope.payload.arrow.BatchSummary;
import dev.envelope.store.StoreLocation;
import dev.envelope.store.StoredEntry;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/**
 * Finds out what is in entries before their rows are read: of an Arrow file that lies open, from
 * its footer and the metadata of its batches; of everything else by pulling it into the pool, where
 * tasks of this process find it again.
 *
 * @param location where the entries are
 * @param unwrapper takes off what is around payloads
 */
record EntryStudy(StoreLocation location, Unwrapper unwrapper) {

  /** What there is to know, remembered for this version of the entry. */
  PlanCache.Details details(StoredEntry entry, EntryContent content) {
    unwrapper.refuseUnbound(entry.id(), content);
    PlanCache.Key key =
        new PlanCache.Key(
            location, entry.id().name(), content.version(), entry.revision(), unwrapper.reading());
    PlanCache.Details details =
        PlanCache.ofThisJvm()
            .find(key)
            .flatMap(PlanCache.Known::details)
            .orElseGet(() -> learn(entry, content, key));
    if (details.batches().isEmpty()
        && unwrapper.options().integrity() == Integrity.VERIFY
        && inParts(entry, content)) {
      // No task will read it, so nobody else would notice that it was not written empty.
      verify(entry, content);
    }
    return details;
  }

  /** Whether both the store and the payload let a part be read without the rest. */
  private static boolean inParts(StoredEntry entry, EntryContent content) {
    return entry.inParts() && content.inParts();
  }

  private PlanCache.Details learn(StoredEntry entry, EntryContent content, PlanCache.Key key) {
    if (inParts(entry, content)) {
      entry.prefetch(List.of(ArrowFile.tail(entry.size())));
      ArrowFile file = ArrowFile.open(entry, content.layout().bodyOffset());
      return remember(key, file, ofFile(file, entry, entry::prefetch));
    }
    try (SharedEntry shared = EntryPool.ofThisJvm().acquire(entry, content, location, unwrapper)) {
      PlanCache.Details details =
          shared.table() instanceof DecodedTable decoded
              ? ofDecoded(decoded, shared.kind())
              : ofFile((ArrowFile) shared.table(), shared.region(), ranges -> {});
      return remember(key, shared.table(), details);
    }
  }

  private static PlanCache.Details remember(
      PlanCache.Key key, PayloadTable table, PlanCache.Details details) {
    PlanCache.ofThisJvm().put(key, new PlanCache.Known(table, Optional.of(details)));
    return details;
  }

  private static PlanCache.Details ofDecoded(DecodedTable table, PayloadKind kind) {
    List<PlannedEntry.PlannedBatch> batches = new ArrayList<>();
    for (int i = 0; i < table.batchCount(); i++) {
      batches.add(new PlannedEntry.PlannedBatch(table.rows(i), table.bytes(i)));
    }
    return new PlanCache.Details(kind, List.copyOf(batches), table.fields());
  }

  private static PlanCache.Details ofFile(
      ArrowFile file, ByteSource source, Consumer<List<ByteRange>> announce) {
    MetadataWindow ahead = new MetadataWindow(file, file.batchCount(), announce);
    List<PlannedEntry.PlannedBatch> batches = new ArrayList<>();
    BitSet withNulls = new BitSet();
    for (int i = 0; i < file.batchCount(); i++) {
      ahead.reach(i);
      BatchSummary summary = file.summary(source, i);
      if (summary.rows() > Integer.MAX_VALUE) {
        throw new UnsupportedEntryException(
            "batch " + i + " has " + summary.rows() + " rows; 2^31 - 1 are read");
      }
      batches.add(new PlannedEntry.PlannedBatch(summary.rows(), file.batchBytes(i)));
      withNulls.or(summary.withNulls());
    }
    return new PlanCache.Details(
        PayloadKind.ARROW, List.copyOf(batches), nullability(file.fields(), withNulls));
  }

  private void verify(StoredEntry entry, EntryContent content) {
    RegionMemory memory = RegionMemory.of(Allocators.allocated());
    try (ClearPayload payload = unwrapper.payload(entry, content, memory)) {
      payload.verify(unwrapper.metrics());
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

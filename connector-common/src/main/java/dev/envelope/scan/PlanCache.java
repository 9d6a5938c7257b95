package dev.envelope.scan;

import dev.envelope.entry.EntryVersion;
import dev.envelope.payload.PayloadKind;
import dev.envelope.payload.PayloadTable;
import dev.envelope.store.StoreLocation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * What was learnt of entries' footers and batch metadata, so that another query over an unchanged
 * entry reads only the head that tells its version.
 *
 * <p>The least recently used go when it gets too much. Thread-safe.
 */
final class PlanCache {
  private static final PlanCache SHARED = new PlanCache(1_000_000);

  private final Map<Key, Known> known = new LinkedHashMap<>(16, 0.75f, true);
  private final long limit;
  private long weight;

  /**
   * Knows nothing yet.
   *
   * @param limit how many columns and batches it may know, each some 100 bytes
   */
  PlanCache(long limit) {
    this.limit = limit;
  }

  /** The cache of this JVM. */
  static PlanCache ofThisJvm() {
    return SHARED;
  }

  /**
   * Which write of which entry.
   *
   * @param revision what the store knows beside the version, or null: a file that was altered in
   *     place has the version still
   * @param reading what the entry was read as
   */
  record Key(
      StoreLocation location,
      String name,
      EntryVersion version,
      String revision,
      Reading reading) {}

  /**
   * What is known of a payload.
   *
   * @param table the footer, or what was found in its place
   * @param details what the batches' metadata says; empty where only that was read
   */
  record Known(PayloadTable table, Optional<Details> details) {
    private long weight() {
      return 1L + table.fields().size() + 2L * table.batchCount();
    }
  }

  /**
   * What the metadata of all batches says.
   *
   * @param kind what the payload is
   * @param batches rows and bytes of each
   * @param fields the columns, nullable where a batch has nulls
   */
  record Details(PayloadKind kind, List<PlannedEntry.PlannedBatch> batches, List<Field> fields) {}

  synchronized Optional<Known> find(Key key) {
    return Optional.ofNullable(known.get(key));
  }

  /** Remembers, unless more is known already. */
  synchronized void put(Key key, Known learnt) {
    Known before = known.get(key);
    if (learnt.weight() > limit
        || (before != null && (before.details().isPresent() || learnt.details().isEmpty()))) {
      return;
    }
    weight += learnt.weight() - (before == null ? 0 : before.weight());
    known.put(key, learnt);
    var eldest = known.entrySet().iterator();
    while (weight > limit) {
      weight -= eldest.next().getValue().weight();
      eldest.remove();
    }
  }

  synchronized void clear() {
    known.clear();
    weight = 0;
  }
}

package dev.envelope.scan;

import dev.envelope.entry.EntryVersion;
import dev.envelope.payload.PayloadKind;
import dev.envelope.store.EntryId;
import dev.envelope.store.StoreLocation;
import dev.envelope.store.StoredEntry;
import java.io.Serializable;
import java.util.List;

/**
 * An entry as the planner saw it, or as a task found it that the planner had not opened.
 *
 * <p>Where there are many small entries the planner leaves most of them unseen: only their ids and
 * sizes are known then, and the task that reads one tells the rest.
 *
 * @param id which entry
 * @param version which write of it; a task refuses another one. Null for an unseen entry, of which
 *     a task reads whatever write it finds
 * @param kind what its payload is; null of an unseen entry
 * @param bytes how long the stored value is
 * @param serializer the serializer's name in its header, or null
 * @param expiresAt Unix seconds, 0 for never; {@link #NOT_ASKED} where the store would have to be
 *     asked for each entry, see {@link TaskBatch#expiresAt}
 * @param batches its record batches, in order; none of an unseen entry
 */
public record PlannedEntry(
    EntryId id,
    EntryVersion version,
    PayloadKind kind,
    long bytes,
    String serializer,
    long expiresAt,
    List<PlannedBatch> batches)
    implements Serializable {

  /** Stands for an expiry that nobody has looked at. */
  static final long NOT_ASKED = -1;

  /** An entry that was not opened. */
  static PlannedEntry unseen(EntryId id, long bytes) {
    return new PlannedEntry(id, null, null, bytes, null, NOT_ASKED, List.of());
  }

  /** An entry that was opened. */
  static PlannedEntry of(
      StoredEntry entry,
      EntryContent content,
      PayloadKind kind,
      StoreLocation location,
      List<PlannedBatch> batches) {
    return new PlannedEntry(
        entry.id(),
        content.version(),
        kind,
        entry.size(),
        content.header().serializer(),
        location.local() ? entry.expiresAt() : NOT_ASKED,
        batches);
  }

  /** Whether the entry was opened. */
  public boolean seen() {
    return version != null;
  }

  /** Whether the entry's values are decoded into the table's types rather than viewed. */
  boolean decoded() {
    return seen() && !kind.viewed();
  }

  /** How many rows the entry has, as far as that is known: 0 for an unseen one. */
  public long rows() {
    return batches.stream().mapToLong(PlannedBatch::rows).sum();
  }

  /**
   * What is known of a record batch before it is read.
   *
   * @param rows how many rows it has
   * @param bytes how many bytes it takes in the entry
   */
  public record PlannedBatch(long rows, long bytes) implements Serializable {}
}

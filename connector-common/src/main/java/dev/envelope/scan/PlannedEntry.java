package dev.envelope.scan;

import dev.envelope.entry.EntryVersion;
import dev.envelope.store.EntryId;
import java.io.Serializable;
import java.util.List;

/**
 * An entry as the planner saw it.
 *
 * @param id which entry
 * @param version which write of it; a task refuses another one
 * @param bytes how long the stored value is
 * @param serializer the serializer's name in its header, or null
 * @param expiresAt Unix seconds, 0 for never
 * @param batches its record batches, in order
 */
public record PlannedEntry(
    EntryId id,
    EntryVersion version,
    long bytes,
    String serializer,
    long expiresAt,
    List<PlannedBatch> batches)
    implements Serializable {

  /** How many rows the entry has. */
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

package dev.envelope.scan;

import java.io.Serializable;

/**
 * Consecutive record batches of an entry.
 *
 * @param entry the entry
 * @param from the first batch
 * @param to the batch after the last one
 */
public record EntrySlice(PlannedEntry entry, int from, int to) implements Serializable {

  /** How many bytes the batches take. */
  long bytes() {
    return entry.batches().subList(from, to).stream()
        .mapToLong(PlannedEntry.PlannedBatch::bytes)
        .sum();
  }

  /** How many rows the batches have. */
  long rows() {
    return entry.batches().subList(from, to).stream()
        .mapToLong(PlannedEntry.PlannedBatch::rows)
        .sum();
  }
}

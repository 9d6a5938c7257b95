package dev.envelope.scan;

import java.io.Serializable;
import java.util.List;

/**
 * Consecutive record batches of an entry.
 *
 * @param entry the entry
 * @param from the first batch
 * @param to the batch after the last one; {@link #ALL} of an unseen entry, which is read whole
 */
public record EntrySlice(PlannedEntry entry, int from, int to) implements Serializable {
  /** Stands for the end of an entry whose batches are not known. */
  static final int ALL = Integer.MAX_VALUE;

  /** Everything that an entry has. */
  static EntrySlice whole(PlannedEntry entry) {
    return new EntrySlice(entry, 0, entry.seen() ? entry.batches().size() : ALL);
  }

  /** How many bytes the batches take. */
  long bytes() {
    return known()
        ? batches().stream().mapToLong(PlannedEntry.PlannedBatch::bytes).sum()
        : entry.bytes();
  }

  /** Not so of an entry that a task has found, nor of one that nobody has seen. */
  private boolean known() {
    return to <= entry.batches().size();
  }

  /** How many rows the batches have; 0 where that is not known. */
  long rows() {
    return known() ? batches().stream().mapToLong(PlannedEntry.PlannedBatch::rows).sum() : 0;
  }

  private List<PlannedEntry.PlannedBatch> batches() {
    return entry.batches().subList(from, to);
  }
}

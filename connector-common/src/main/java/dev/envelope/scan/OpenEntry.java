package dev.envelope.scan;

import dev.envelope.ChangedEntryException;
import dev.envelope.CorruptEntryException;
import dev.envelope.payload.Batch;

/**
 * An entry that a task has open, and the one way in which its batches come: out of memory that
 * holds the entry whole, or by pulling each. Used by one thread.
 */
sealed interface OpenEntry extends AutoCloseable permits WholeEntry, StreamedEntry, ProjectedEntry {

  /** What was found: the entry as it was planned, or what the planner had left unseen. */
  PlannedEntry entry();

  /** How many batches it has. */
  int batchCount();

  /**
   * Loads a batch. May be called again for a batch when it failed for want of memory.
   *
   * @return the batch, which the caller closes, before or after the entry
   * @throws CorruptEntryException when the batch is not sound, or the last one of a streamed entry
   *     whose checksum does not fit
   * @throws ChangedEntryException when the entry was written again meanwhile
   */
  Batch read(int batch);

  /** Gives back what the entry holds, its batches not included. */
  @Override
  void close();
}

package dev.envelope.flink.source.split;

import dev.envelope.scan.EntrySlice;
import dev.envelope.scan.TaskBatch;

/** How far a split was emitted. Used by the task's thread alone. */
public final class SplitProgress {
  private final EnvelopeSplit split;
  private final boolean keepsBegun;
  private Place place;
  private int rows;

  /**
   * At the beginning of a split.
   *
   * @param keepsBegun whether an entry of which rows were emitted must not be left out any more
   *     when the job goes on after a failure
   */
  public SplitProgress(EnvelopeSplit split, boolean keepsBegun) {
    this.split = split;
    this.keepsBegun = keepsBegun;
  }

  /**
   * A batch in its split; remembers what is needed when the batch itself is long closed.
   *
   * @param slice which slice of the split's task it is of
   * @param from it and what comes after it
   * @param after what comes after it
   * @param rowCount its rows
   */
  public record Place(int slice, EntrySlice from, EntrySlice after, int rowCount) {
    /** The place of a batch. */
    public static Place of(TaskBatch batch) {
      return new Place(batch.slice(), batch.thisAndRest(), batch.rest(), batch.rowCount());
    }
  }

  /**
   * Remembers that a row was emitted.
   *
   * @param of the batch that it is of
   * @param done how many rows of the batch are done with it
   */
  public void emitted(Place of, int done) {
    place = of;
    rows = done;
  }

  /** What is left. */
  public EnvelopeSplit rest() {
    if (place == null) {
      return split;
    }
    boolean all = rows == place.rowCount();
    return new EnvelopeSplit(
        split.splitId(),
        split.task().resumed(place.slice(), all ? place.after() : place.from(), keepsBegun),
        all ? 0 : rows);
  }
}

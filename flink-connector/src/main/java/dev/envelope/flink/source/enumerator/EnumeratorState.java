package dev.envelope.flink.source.enumerator;

import dev.envelope.flink.source.split.EnvelopeSplit;
import java.util.List;
import java.util.Set;

/**
 * What the enumerator knows at a checkpoint. Immutable.
 *
 * @param planned whether the entries were listed once at least
 * @param nextSplit the number of the next split
 * @param pending the splits that no reader has
 * @param seen of a continuous source, which writes of which entries were made into splits; of those
 *     only that are still there
 */
public record EnumeratorState(
    boolean planned, long nextSplit, List<EnvelopeSplit> pending, Set<EntryWrite> seen) {

  /** Copies the collections. */
  public EnumeratorState {
    pending = List.copyOf(pending);
    seen = Set.copyOf(seen);
  }

  /** Of a source that has not begun. */
  static EnumeratorState fresh() {
    return new EnumeratorState(false, 0, List.of(), Set.of());
  }
}

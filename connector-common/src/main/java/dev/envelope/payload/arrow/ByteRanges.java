package dev.envelope.payload.arrow;

import dev.envelope.memory.ByteRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Ranges that are to be read, put in order. */
final class ByteRanges {
  private ByteRanges() {}

  /**
   * The ranges ascending and without overlap; empty ones are left out.
   *
   * @param gap ranges that lie no further apart become one, with what is between them
   */
  static List<ByteRange> merged(List<ByteRange> ranges, long gap) {
    List<ByteRange> ascending = new ArrayList<>(ranges);
    ascending.sort(Comparator.comparingLong(ByteRange::offset));
    List<ByteRange> merged = new ArrayList<>();
    long from = 0;
    long to = -1;
    for (ByteRange range : ascending) {
      if (range.length() == 0) {
        continue;
      }
      if (to >= 0 && range.offset() <= to + gap) {
        to = Math.max(to, range.end());
        continue;
      }
      if (to >= 0) {
        merged.add(new ByteRange(from, to - from));
      }
      from = range.offset();
      to = range.end();
    }
    if (to >= 0) {
      merged.add(new ByteRange(from, to - from));
    }
    return merged;
  }
}

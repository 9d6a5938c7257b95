package dev.envelope.payload.document;

import java.util.Arrays;

/**
 * A run of values, one behind the other, of which some places are known: the rows of a document, or
 * the values of one column. Filled once, then immutable.
 */
final class Track {
  /** Between two marks there are so many values at most. */
  static final int MARK_ROWS = 256;

  private long[] rows = new long[4];
  private long[] offsets = new long[4];
  private int marks;
  private long count;
  private long end;

  /**
   * Says that a value begins here; every value, in order, or every {@link #MARK_ROWS}th.
   *
   * @param row which one
   * @param offset where in the stored value
   */
  void mark(long row, long offset) {
    if (marks == rows.length) {
      rows = Arrays.copyOf(rows, 2 * marks);
      offsets = Arrays.copyOf(offsets, 2 * marks);
    }
    rows[marks] = row;
    offsets[marks++] = offset;
  }

  /** Says how many values there are. */
  void count(long values) {
    count = values;
  }

  /** Says where the last value ends. */
  void end(long offset) {
    end = offset;
  }

  /** Where the last value ends, in bytes from the start of the stored value. */
  long end() {
    return end;
  }

  /** How many values there are. */
  long count() {
    return count;
  }

  /** How many marks there are; the first one, if any, is that of the first value. */
  int marks() {
    return marks;
  }

  /** Which value a mark is in front of. */
  long row(int mark) {
    return rows[mark];
  }

  /** Where a mark is, in bytes from the start of the stored value. */
  long offset(int mark) {
    return offsets[mark];
  }
}

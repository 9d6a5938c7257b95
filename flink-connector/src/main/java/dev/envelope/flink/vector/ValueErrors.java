package dev.envelope.flink.vector;

import dev.envelope.UnsupportedEntryException;

/** Errors for single values, out of the way of the loops that meet them. */
final class ValueErrors {
  private ValueErrors() {}

  /** A point or length of time that Flink's type does not reach. */
  static UnsupportedEntryException outOfRange(String path, int row, String wanted) {
    return new UnsupportedEntryException(
        "column '%s' holds a value beyond the range of Flink's %s, in row %d of its batch; leave the column out, or write it within the range"
            .formatted(path, wanted, row));
  }

  /** A string or a run of bytes that no Java array holds. */
  static UnsupportedEntryException tooLong(String path, int row) {
    return new UnsupportedEntryException(
        "column '%s' holds a value of more than 2 GiB, in row %d of its batch; leave the column out"
            .formatted(path, row));
  }
}

package dev.envelope.spark.vector;

import dev.envelope.UnsupportedEntryException;
import org.apache.spark.sql.types.DataType;

/** Errors for single values, out of the way of the loops that meet them. */
final class ValueErrors {
  private ValueErrors() {}

  /** A point or length of time that Spark's microseconds or days do not reach. */
  static UnsupportedEntryException outOfRange(String path, int row, DataType type) {
    return new UnsupportedEntryException(
        "column '%s' holds a value beyond the range of Spark's %s, in row %d of its batch; leave the column out, or write it within the range"
            .formatted(path, type.catalogString(), row));
  }

  /** A string or a run of bytes that no Java array holds. */
  static UnsupportedEntryException tooLong(String path, int row) {
    return new UnsupportedEntryException(
        "column '%s' holds a value of more than 2 GiB, in row %d of its batch; leave the column out"
            .formatted(path, row));
  }
}

package dev.envelope.scan;

import dev.envelope.options.EnvelopeOptions;
import dev.envelope.store.StoreLocation;
import java.io.Serializable;
import java.util.List;

/**
 * What one task reads: everything an executor needs to know.
 *
 * @param location where the entries are
 * @param options how to read them
 * @param columns the names of the columns, in the order wanted; an entry that lacks one gives nulls
 * @param slices the batches to read, in order
 * @param table what unseen entries have to fit, or null where there are none
 */
public record ScanTask(
    StoreLocation location,
    EnvelopeOptions options,
    List<String> columns,
    List<EntrySlice> slices,
    TaskTable table)
    implements Serializable {

  /** A task without unseen entries. */
  public ScanTask(
      StoreLocation location,
      EnvelopeOptions options,
      List<String> columns,
      List<EntrySlice> slices) {
    this(location, options, columns, slices, null);
  }
}

package dev.envelope.scan;

import dev.envelope.options.EnvelopeOptions;
import dev.envelope.store.StoreLocation;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * What one task reads: everything an executor needs to know.
 *
 * @param location where the entries are
 * @param options how to read them
 * @param columns the names of the columns, in the order wanted; an entry that lacks one gives nulls
 * @param slices the batches to read, in order
 * @param table the table that unseen entries have to fit and that others are decoded for, or null
 *     where all entries are known and viewed
 * @param keyed whether the planner has found a master key in its environment
 */
public record ScanTask(
    StoreLocation location,
    EnvelopeOptions options,
    List<String> columns,
    List<EntrySlice> slices,
    TaskTable table,
    boolean keyed)
    implements Serializable {

  /** A task that was planned without a master key in the environment. */
  public ScanTask(
      StoreLocation location,
      EnvelopeOptions options,
      List<String> columns,
      List<EntrySlice> slices,
      TaskTable table) {
    this(location, options, columns, slices, table, false);
  }

  /** A task without unseen entries. */
  public ScanTask(
      StoreLocation location,
      EnvelopeOptions options,
      List<String> columns,
      List<EntrySlice> slices) {
    this(location, options, columns, slices, null);
  }

  /** Whether a user has named the columns. */
  boolean schemaGiven() {
    return table != null && table.schemaGiven();
  }

  /** The columns as the table has them; of type null where nothing depends on the type. */
  List<Field> fields() {
    Map<String, Field> known = table == null ? Map.of() : table.fields();
    return columns.stream()
        .map(name -> known.getOrDefault(name, Field.nullable(name, ArrowType.Null.INSTANCE)))
        .toList();
  }
}

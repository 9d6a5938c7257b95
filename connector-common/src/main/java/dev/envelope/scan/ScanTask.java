package dev.envelope.scan;

import dev.envelope.options.EnvelopeOptions;
import dev.envelope.store.StoreLocation;
import java.io.Serializable;
import java.util.ArrayList;
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
 * @param begun whether rows of the first entry were handed out before, by an attempt that this one
 *     takes over from: then it is not left out any more, whatever comes
 */
public record ScanTask(
    StoreLocation location,
    EnvelopeOptions options,
    List<String> columns,
    List<EntrySlice> slices,
    TaskTable table,
    boolean keyed,
    boolean begun)
    implements Serializable {

  /** A task that begins at the beginning. */
  ScanTask(
      StoreLocation location,
      EnvelopeOptions options,
      List<String> columns,
      List<EntrySlice> slices,
      TaskTable table,
      boolean keyed) {
    this(location, options, columns, slices, table, keyed, false);
  }

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

  /**
   * What is left of the task once it has handed out some of its batches.
   *
   * @param slice how many of its slices are done with
   * @param rest what is left of the next one, see {@link TaskBatch#rest}; may be nothing
   * @param begun whether rows of the next entry were handed out, so that it must not be left out
   */
  public ScanTask resumed(int slice, EntrySlice rest, boolean begun) {
    List<EntrySlice> left = new ArrayList<>();
    boolean some = rest.from() < rest.to();
    if (some) {
      left.add(rest);
    }
    left.addAll(slices.subList(slice + 1, slices.size()));
    return new ScanTask(location, options, columns, List.copyOf(left), table, keyed, begun && some);
  }

  /** How many bytes of entries the task is about. */
  public long bytes() {
    return slices.stream().mapToLong(EntrySlice::bytes).sum();
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

package dev.envelope.flink.source;

import dev.envelope.UnsupportedEntryException;
import dev.envelope.flink.vector.ColumnVectors;
import dev.envelope.flink.vector.RowView;
import dev.envelope.payload.Column;
import dev.envelope.scan.TaskBatch;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.table.data.columnar.vector.ColumnVector;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;

/**
 * The columns that a job wants, in its order: columns of the entries or fields within them, and
 * behind them what is known of the entry that a row comes from. Immutable.
 *
 * @param entries the columns of the entries that are needed
 * @param paths for each column of a row where it is: the index of a column in {@code entries}, then
 *     the index of a field in that, and so on
 * @param metadata the columns behind those
 */
public record ReadColumns(RowType entries, List<List<Integer>> paths, List<EntryMetadata> metadata)
    implements Serializable {

  /** Copies the lists. */
  public ReadColumns {
    paths = paths.stream().map(List::copyOf).toList();
    metadata = List.copyOf(metadata);
  }

  /** Whole columns. */
  public ReadColumns(RowType entries, List<EntryMetadata> metadata) {
    this(
        entries, IntStream.range(0, entries.getFieldCount()).mapToObj(List::of).toList(), metadata);
  }

  /**
   * Some of the columns of a table, or fields within them.
   *
   * @param table all columns
   * @param projected for each wanted one its path, as Flink gives it
   */
  public static ReadColumns projected(
      RowType table, int[][] projected, List<EntryMetadata> metadata) {
    List<Integer> needed = Arrays.stream(projected).map(path -> path[0]).distinct().toList();
    List<List<Integer>> paths = new ArrayList<>();
    for (int[] path : projected) {
      List<Integer> own = new ArrayList<>(Arrays.stream(path).boxed().toList());
      own.set(0, needed.indexOf(path[0]));
      paths.add(own);
    }
    List<RowType.RowField> fields = needed.stream().map(table.getFields()::get).toList();
    return new ReadColumns(new RowType(false, fields), paths, metadata);
  }

  /** The same with other metadata columns. */
  public ReadColumns with(List<EntryMetadata> others) {
    return new ReadColumns(entries, paths, others);
  }

  /** What the entries call the columns. */
  public List<String> names() {
    return entries.getFieldNames();
  }

  /**
   * The columns as fields of a row; a metadata column whose name an entry's column has too gets
   * Flink's prefix for such.
   */
  public RowType rowType() {
    List<RowType.RowField> fields = new ArrayList<>();
    for (List<Integer> path : paths) {
      fields.add(fieldAt(path));
    }
    Set<String> names = fields.stream().map(RowType.RowField::getName).collect(Collectors.toSet());
    for (EntryMetadata column : metadata) {
      boolean taken = names.contains(column.key());
      fields.add(
          new RowType.RowField(
              taken ? "$metadata$" + column.key() : column.key(), column.type().getLogicalType()));
    }
    return new RowType(false, fields);
  }

  /**
   * The rows of a batch: views of its columns, valid as long as the batch is.
   *
   * @throws UnsupportedEntryException when a column has nulls that is declared without
   */
  public RowView open(TaskBatch batch) {
    ColumnVector[] read = new ColumnVector[entries.getFieldCount()];
    for (int i = 0; i < read.length; i++) {
      read[i] = open(batch, i);
    }
    ColumnVector[] row = new ColumnVector[paths.size() + metadata.size()];
    for (int i = 0; i < paths.size(); i++) {
      List<Integer> path = paths.get(i);
      row[i] = read[path.get(0)];
      for (int field : path.subList(1, path.size())) {
        row[i] = ColumnVectors.field(row[i], field);
      }
    }
    for (int i = 0; i < metadata.size(); i++) {
      row[paths.size() + i] = metadata.get(i).vector(batch);
    }
    return new RowView(row);
  }

  private ColumnVector open(TaskBatch batch, int index) {
    RowType.RowField field = entries.getFields().get(index);
    Column column = batch.columns().get(index);
    if (!field.getType().isNullable() && hasNulls(column)) {
      throw new UnsupportedEntryException(
              "column '"
                  + field.getName()
                  + "' is declared NOT NULL but the entry "
                  + (column == null ? "does not have it" : "has nulls in it")
                  + "; declare it without NOT NULL")
          .in(batch.entry().id().label());
    }
    return column == null ? ColumnVectors.nulls() : ColumnVectors.of(column, field.getType());
  }

  private RowType.RowField fieldAt(List<Integer> path) {
    RowType.RowField field = entries.getFields().get(path.get(0));
    StringBuilder name = new StringBuilder(field.getName());
    LogicalType type = field.getType();
    for (int index : path.subList(1, path.size())) {
      RowType.RowField inner = ((RowType) type).getFields().get(index);
      name.append('_').append(inner.getName());
      // A field of a row that is null is null.
      type = inner.getType().copy(type.isNullable() || inner.getType().isNullable());
    }
    return new RowType.RowField(name.toString(), type);
  }

  /** The planner knows it beforehand of the entries that it has opened. */
  private static boolean hasNulls(Column column) {
    return column == null
        || column.nullCount() > 0
        || (column.dictionary() != null && hasNulls(column.dictionary()));
  }
}

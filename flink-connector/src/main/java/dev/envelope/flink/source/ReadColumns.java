package dev.envelope.flink.source;

import dev.envelope.UnsupportedEntryException;
import dev.envelope.flink.vector.ColumnVectors;
import dev.envelope.flink.vector.RowView;
import dev.envelope.payload.Column;
import dev.envelope.scan.TaskBatch;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.data.columnar.vector.ColumnVector;
import org.apache.flink.table.types.logical.RowType;

/**
 * The columns that a job wants, in its order: columns of the entries, and behind them what is known
 * of the entry that a row comes from. Immutable.
 *
 * @param entries the columns of the entries
 * @param metadata the others
 */
public record ReadColumns(RowType entries, List<EntryMetadata> metadata) implements Serializable {

  /** Copies the list. */
  public ReadColumns {
    metadata = List.copyOf(metadata);
  }

  /** What the entries call the columns. */
  public List<String> names() {
    return entries.getFieldNames();
  }

  /**
   * The columns as fields of a row; a metadata column whose name an entry's column has too gets
   * Flink's prefix for such.
   */
  RowType rowType() {
    List<RowType.RowField> fields = new ArrayList<>(entries.getFields());
    for (EntryMetadata column : metadata) {
      boolean taken = names().contains(column.key());
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
    int own = entries.getFieldCount();
    ColumnVector[] vectors = new ColumnVector[own + metadata.size()];
    for (int i = 0; i < own; i++) {
      RowType.RowField field = entries.getFields().get(i);
      Column column = batch.columns().get(i);
      if (!field.getType().isNullable() && hasNulls(column)) {
        throw new UnsupportedEntryException(
                "column '"
                    + field.getName()
                    + "' is declared NOT NULL but the entry "
                    + (column == null ? "does not have it" : "has nulls in it")
                    + "; declare it without NOT NULL")
            .in(batch.entry().id().label());
      }
      vectors[i] =
          column == null ? ColumnVectors.nulls() : ColumnVectors.of(column, field.getType());
    }
    for (int i = 0; i < metadata.size(); i++) {
      vectors[own + i] = metadata.get(i).vector(batch);
    }
    return new RowView(vectors);
  }

  /** The planner knows it beforehand of the entries that it has opened. */
  private static boolean hasNulls(Column column) {
    return column == null
        || column.nullCount() > 0
        || (column.dictionary() != null && hasNulls(column.dictionary()));
  }
}

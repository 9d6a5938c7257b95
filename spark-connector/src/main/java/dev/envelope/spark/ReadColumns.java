package dev.envelope.spark;

import dev.envelope.UnsupportedEntryException;
import dev.envelope.payload.Column;
import dev.envelope.scan.TaskBatch;
import dev.envelope.spark.vector.ColumnVectors;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/**
 * The columns that a query wants, in its order: columns of the entries, and hidden ones.
 *
 * @param schema what Spark wants
 * @param names what the entries call the columns that are not hidden, in order
 * @param hidden for each column of the schema the hidden column that it is, or null
 * @param rawNanos whether nanoseconds stay whole
 */
record ReadColumns(
    StructType schema, List<String> names, ArrayList<EntryMetadata> hidden, boolean rawNanos)
    implements Serializable {

  /** Looks the wanted columns up; a column of the table covers a hidden one of its name. */
  static ReadColumns of(StructType table, StructType required, TableTypes types) {
    Set<String> tableNames = new HashSet<>(List.of(table.fieldNames()));
    List<StructField> own = new ArrayList<>();
    ArrayList<EntryMetadata> hidden = new ArrayList<>();
    for (StructField field : required.fields()) {
      Optional<EntryMetadata> metadata =
          tableNames.contains(field.name()) ? Optional.empty() : EntryMetadata.named(field.name());
      hidden.add(metadata.orElse(null));
      if (metadata.isEmpty()) {
        own.add(field);
      }
    }
    List<String> names = types.find(new StructType(own.toArray(new StructField[0])));
    return new ReadColumns(required, names, hidden, types.rawNanos());
  }

  /** A batch as Spark wants it: views of its columns, valid as long as the batch is. */
  ColumnarBatch open(TaskBatch batch) {
    StructField[] fields = schema.fields();
    ColumnVector[] vectors = new ColumnVector[fields.length];
    int next = 0;
    for (int i = 0; i < fields.length; i++) {
      if (hidden.get(i) != null) {
        vectors[i] = hidden.get(i).vector(batch);
        continue;
      }
      Column column = batch.columns().get(next++);
      if (!fields[i].nullable() && hasNulls(column)) {
        throw new UnsupportedEntryException(
                "column '"
                    + fields[i].name()
                    + "' is declared NOT NULL but the entry "
                    + (column == null ? "does not have it" : "has nulls in it")
                    + "; declare it nullable, or load the entries again")
            .in(batch.entry().id().label());
      }
      vectors[i] =
          column == null
              ? ColumnVectors.nulls(fields[i].dataType(), batch.rowCount())
              : ColumnVectors.of(column, fields[i].dataType(), rawNanos);
    }
    return new ColumnarBatch(vectors, batch.rowCount());
  }

  /** The planner knows it beforehand of the entries that it has opened. */
  private static boolean hasNulls(Column column) {
    return column == null
        || column.nullCount() > 0
        || (column.dictionary() != null && hasNulls(column.dictionary()));
  }
}

package dev.envelope.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns that a query wants, in its order: columns of the entries and hidden ones.
 *
 * @param schema what Spark wants
 * @param names the entries' names of the columns that are not hidden, in order
 * @param hidden for each column of the schema the hidden column it is, or null
 * @param rawNanos whether nanoseconds stay whole
 */
record ReadColumns(
    StructType schema, List<String> names, List<Optional<String>> hidden, boolean rawNanos) {

  /** Looks the wanted columns up; a column of the table hides a hidden one of its name. */
  static ReadColumns of(StructType table, StructType required, TableTypes types) {
    Set<String> ownNames = Set.of(table.fieldNames());
    List<StructField> own = new ArrayList<>();
    List<Optional<String>> hidden = new ArrayList<>();
    for (StructField field : required.fields()) {
      Optional<EntryMetadata> metadata =
          ownNames.contains(field.name()) ? Optional.empty() : EntryMetadata.named(field.name());
      hidden.add(metadata.map(EntryMetadata::name));
      if (metadata.isEmpty()) {
        own.add(field);
      }
    }
    List<String> names = types.find(new StructType(own.toArray(new StructField[0])));
    return new ReadColumns(required, names, hidden, types.rawNanos());
  }
}

package dev.envelope.scan;

import dev.envelope.UnsupportedEntryException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Makes one table of the columns of several entries.
 *
 * <p>Without merging, the first entry that has rows decides on the columns; other entries may lack
 * some (nulls) and have further ones (not read), but must not have values that the first one's
 * types cannot hold. With merging, the table has every column of every entry, in the order of first
 * appearance, each of a type that holds all values. An entry without rows never decides and never
 * conflicts: pandas gives its columns whatever type an empty column has.
 */
final class TableSchema {
  private final boolean merge;
  private final Map<String, TableColumn> columns = new LinkedHashMap<>();
  private boolean decided;
  private boolean decidedWithRows;

  TableSchema(boolean merge) {
    this.merge = merge;
  }

  /**
   * Adds an entry.
   *
   * @param entry the entry's name for messages
   * @param fields its columns, nullable where any of its batches has nulls
   * @param rows how many rows it has
   */
  void add(String entry, List<Field> fields, long rows) {
    refuseDuplicates(fields);
    if (!decided || (!decidedWithRows && rows > 0 && !merge)) {
      columns.clear();
      fields.forEach(field -> columns.put(field.getName(), new TableColumn(field, entry)));
      decided = true;
      decidedWithRows = rows > 0;
      return;
    }
    if (rows == 0) {
      if (merge) {
        fields.forEach(
            field ->
                columns.putIfAbsent(
                    field.getName(), new TableColumn(TypeWidening.nullable(field), entry)));
      }
      return;
    }
    Set<String> present = new HashSet<>();
    for (Field field : fields) {
      present.add(field.getName());
      TableColumn known = columns.get(field.getName());
      if (known != null) {
        columns.put(field.getName(), both(known, field, entry));
      } else if (merge) {
        columns.put(field.getName(), new TableColumn(TypeWidening.nullable(field), entry));
      }
    }
    columns.replaceAll(
        (name, column) ->
            present.contains(name)
                ? column
                : new TableColumn(TypeWidening.nullable(column.field()), column.origin()));
    decidedWithRows = true;
  }

  private TableColumn both(TableColumn known, Field field, String entry) {
    Field before = known.field();
    if (before.getType().equals(field.getType())
        && before.getChildren().equals(field.getChildren())) {
      return field.isNullable()
          ? new TableColumn(TypeWidening.nullable(before), known.origin())
          : known;
    }
    Optional<Field> wide = TypeWidening.widen(before, field);
    if (wide.isEmpty()) {
      throw conflict(known, field, entry, "; no type holds both: read the entries apart");
    }
    if (merge || !decidedWithRows) {
      return new TableColumn(wide.get(), known.origin());
    }
    if (!wide.get().getType().equals(before.getType())
        || !wide.get().getChildren().equals(before.getChildren())) {
      // Layouts of one type differ without harm; a wider type does not fit.
      throw conflict(known, field, entry, "; merge-schema = true reads both");
    }
    return new TableColumn(
        field.isNullable() ? TypeWidening.nullable(before) : before, known.origin());
  }

  private static UnsupportedEntryException conflict(
      TableColumn known, Field field, String entry, String advice) {
    return new UnsupportedEntryException(
        "column '"
            + field.getName()
            + "' is "
            + known.field().getType()
            + " in entry '"
            + known.origin()
            + "' but "
            + field.getType()
            + " in entry '"
            + entry
            + "'"
            + advice);
  }

  private static void refuseDuplicates(List<Field> fields) {
    Set<String> names = new HashSet<>();
    for (Field field : fields) {
      if (!names.add(field.getName())) {
        throw new UnsupportedEntryException(
            "it has two columns named '"
                + field.getName()
                + "'; a table needs a name for each column");
      }
    }
  }

  List<TableColumn> columns() {
    return new ArrayList<>(columns.values());
  }
}

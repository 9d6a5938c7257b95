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
  private final boolean given;
  private Map<String, TableColumn> columns = new LinkedHashMap<>();

  /** The columns whose type comes from an entry without rows, until one with rows has them. */
  private final Set<String> undecided = new HashSet<>();

  /** The columns that some entry is viewed for, so that their values cannot become others. */
  private final Set<String> viewed = new HashSet<>();

  private boolean started;
  private boolean withRows;

  TableSchema(boolean merge) {
    this(merge, false);
  }

  /**
   * An empty table.
   *
   * @param merge whether every entry may add columns and widen types
   * @param given whether a user has named columns and types, which decide on what is decoded
   */
  TableSchema(boolean merge, boolean given) {
    this.merge = merge;
    this.given = given;
  }

  /** A table whose columns are settled: entries are held against them, none is added. */
  static TableSchema of(List<TableColumn> columns) {
    TableSchema schema = new TableSchema(false);
    columns.forEach(column -> schema.columns.put(column.field().getName(), column));
    schema.started = true;
    schema.withRows = true;
    return schema;
  }

  /** Whether an entry with rows has decided on the columns. */
  boolean decided() {
    return withRows;
  }

  /**
   * Adds an entry, or throws and leaves the table as it was.
   *
   * @param entry the entry's name for messages
   * @param fields its columns, nullable where any of its batches has nulls
   * @param rows how many rows it has
   * @param decoded whether its values are decoded into the table's types
   */
  void add(String entry, List<Field> fields, long rows, boolean decoded) {
    refuseDuplicates(fields);
    if (rows == 0) {
      addWithoutRows(entry, fields);
    } else {
      addWithRows(entry, fields, decoded);
      if (!decoded) {
        fields.forEach(field -> viewed.add(field.getName()));
      }
    }
    started = true;
  }

  private void addWithoutRows(String entry, List<Field> fields) {
    if (started && !merge) {
      return;
    }
    for (Field field : fields) {
      if (!columns.containsKey(field.getName())) {
        // Entries with rows, if there were any, lack it.
        Field known = withRows ? TypeWidening.nullable(field) : field;
        columns.put(field.getName(), new TableColumn(known, entry));
        undecided.add(field.getName());
      }
    }
  }

  private void addWithRows(String entry, List<Field> fields, boolean decoded) {
    boolean first = !withRows;
    Map<String, TableColumn> next =
        first && !merge ? new LinkedHashMap<>() : new LinkedHashMap<>(columns);
    Set<String> present = new HashSet<>();
    for (Field field : fields) {
      String name = field.getName();
      present.add(name);
      TableColumn known = next.get(name);
      if (known == null) {
        if (first || merge) {
          next.put(name, new TableColumn(first ? field : TypeWidening.nullable(field), entry));
        }
      } else if (undecided.contains(name)) {
        boolean nullable = known.field().isNullable();
        next.put(name, new TableColumn(nullable ? TypeWidening.nullable(field) : field, entry));
      } else {
        next.put(name, both(known, field, entry, decoded && !viewed.contains(name)));
      }
    }
    next.replaceAll(
        (name, column) ->
            present.contains(name)
                ? column
                : new TableColumn(TypeWidening.nullable(column.field()), column.origin()));
    columns = next;
    undecided.removeAll(present);
    withRows = true;
  }

  private TableColumn both(TableColumn known, Field field, String entry, boolean decoded) {
    Field before = known.field();
    if (before.getType().equals(field.getType())
        && before.getChildren().equals(field.getChildren())) {
      return field.isNullable()
          ? new TableColumn(TypeWidening.nullable(before), known.origin())
          : known;
    }
    TypeWidening.Otherwise otherwise =
        !decoded
            ? TypeWidening.Otherwise.NOTHING
            : merge || given ? TypeWidening.Otherwise.TEXT : TypeWidening.Otherwise.NUMBERS;
    Optional<Field> wide = TypeWidening.widen(before, field, otherwise);
    if (wide.isEmpty()) {
      throw conflict(known, field, entry, "; no type holds both: read the entries apart");
    }
    if (!merge && !(decoded && given) && !TypeWidening.sameValues(wide.get(), before)) {
      // Layouts of one type differ without harm; a wider type does not fit.
      throw conflict(known, field, entry, "; merge-schema = true reads both");
    }
    return new TableColumn(wide.get(), known.origin());
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

  /** Refuses two columns of one name. */
  static void refuseDuplicates(List<Field> fields) {
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

package dev.envelope.scan;

import dev.envelope.UnsupportedEntryException;
import dev.envelope.payload.arrow.FieldBytes;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * The columns of the table as a task carries them: what it refuses an unseen entry by that does not
 * fit, and what it decodes values into. Thread-safe.
 */
public final class TaskTable implements Serializable {
  private static final long serialVersionUID = 1L;

  /** As an Arrow message: fields do not travel by Java's serialization. */
  private final byte[] schema;

  private final String[] origins;
  private transient List<TableColumn> columns;
  private transient List<Field> fitting;
  private transient boolean fittingDecoded;

  private final boolean schemaGiven;

  TaskTable(List<TableColumn> columns, boolean schemaGiven) {
    this.schemaGiven = schemaGiven;
    this.schema = FieldBytes.write(columns.stream().map(TableColumn::field).toList());
    this.origins = columns.stream().map(TableColumn::origin).toArray(String[]::new);
  }

  /** What {@link #write} has written. */
  private TaskTable(byte[] schema, String[] origins, boolean schemaGiven) {
    this.schema = schema;
    this.origins = origins;
    this.schemaGiven = schemaGiven;
  }

  void write(FormWriter out) {
    out.flag(schemaGiven);
    out.bytes(schema);
    out.list(List.of(origins), FormWriter::text);
  }

  static TaskTable read(FormReader in) {
    boolean given = in.flag();
    byte[] fields = in.bytes();
    return new TaskTable(fields, in.list(FormReader::text).toArray(new String[0]), given);
  }

  /**
   * Refuses an entry by the rules of the planner.
   *
   * @param entry its name for messages
   * @param fields its columns; most entries have the same ones as the entry before
   * @param decoded whether its values are decoded into the table's types
   * @throws UnsupportedEntryException when a column has values that the table's type cannot hold
   */
  synchronized void refuseUnfit(String entry, List<Field> fields, boolean decoded) {
    if (decoded == fittingDecoded && fields.equals(fitting)) {
      return;
    }
    if (decoded && schemaGiven) {
      // What the user named is what values are decoded into; one that does not fit says so itself.
      TableSchema.refuseDuplicates(fields);
    } else {
      TableSchema.of(columns()).add(entry, fields, 1, decoded);
    }
    fitting = fields;
    fittingDecoded = decoded;
  }

  private List<TableColumn> columns() {
    if (columns == null) {
      List<Field> table = FieldBytes.read(schema);
      columns = new ArrayList<>();
      for (int i = 0; i < origins.length; i++) {
        columns.add(new TableColumn(table.get(i), origins[i]));
      }
    }
    return columns;
  }

  /** Whether a user has named the columns. */
  boolean schemaGiven() {
    return schemaGiven;
  }

  /** The columns by their names. */
  synchronized Map<String, Field> fields() {
    Map<String, Field> fields = new HashMap<>();
    for (TableColumn column : columns()) {
      fields.put(column.field().getName(), column.field());
    }
    return fields;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TaskTable that
        && schemaGiven == that.schemaGiven
        && Arrays.equals(schema, that.schema)
        && Arrays.equals(origins, that.origins);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(schema);
  }
}

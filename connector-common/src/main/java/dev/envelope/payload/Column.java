package dev.envelope.payload;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * One column of a {@link Batch}: an Arrow vector over memory that the batch owns, with what an
 * engine needs beside it.
 *
 * <p>A column does not own memory: it is valid until its batch is closed. Its contents were checked
 * when the batch was made (offsets ascending and within their data, dictionary indices in range,
 * buffers long enough), so a reader of raw addresses needs no checks of its own for rows below
 * {@link #length()}. Immutable; may be read by several threads while the batch is open.
 */
public final class Column {
  private final Field field;
  private final FieldVector vector;
  private final long nullCount;
  private final List<Column> children;
  private final Column dictionary;

  /**
   * Describes a loaded vector.
   *
   * @param field the field of the values; for a dictionary-encoded column the vector holds the
   *     indices, and {@code field} carries the dictionary encoding and the type of the indices
   * @param vector the loaded vector
   * @param nullCount how many of the vector's slots are null; 0 means that the validity bitmap need
   *     never be read
   * @param children the columns of the vector's children, in the order of {@code
   *     field.getChildren()}: the element column of a list, the entries struct of a map, the fields
   *     of a struct
   * @param dictionary the values that the indices point at, or null for a plain column
   */
  public Column(
      Field field, FieldVector vector, long nullCount, List<Column> children, Column dictionary) {
    this.field = field;
    this.vector = vector;
    this.nullCount = nullCount;
    this.children = List.copyOf(children);
    this.dictionary = dictionary;
  }

  /** Describes a plain vector with all that is below it. */
  public static Column of(FieldVector vector) {
    List<Column> children = new ArrayList<>();
    for (FieldVector child : vector.getChildrenFromFields()) {
      children.add(of(child));
    }
    return new Column(vector.getField(), vector, vector.getNullCount(), children, null);
  }

  /** The Arrow field of the loaded vector. */
  public Field field() {
    return field;
  }

  /** The loaded vector; for a dictionary-encoded column the indices. */
  public FieldVector vector() {
    return vector;
  }

  /** How many slots the vector has. */
  public int length() {
    return vector.getValueCount();
  }

  /** How many slots of the vector are null, not counting nulls among dictionary values. */
  public long nullCount() {
    return nullCount;
  }

  /** The columns below a list, map or struct; empty for the others. */
  public List<Column> children() {
    return children;
  }

  /** The values of a dictionary-encoded column, or null when the column is a plain one. */
  public Column dictionary() {
    return dictionary;
  }
}

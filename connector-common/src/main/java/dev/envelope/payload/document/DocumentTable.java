package dev.envelope.payload.document;

import dev.envelope.CorruptEntryException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.memory.Region;
import dev.envelope.payload.BatchReader;
import dev.envelope.payload.DecodeStats;
import dev.envelope.payload.DecodedTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * The table that a MessagePack or JSON document is.
 *
 * <p>A list of maps is a row each, a map one row, a map of lists of one length (at least 1) a
 * column each; everything else is a column named {@value #VALUE}. Types come from the first rows;
 * see docs/kinds.md. The document is passed over once when the table is made, so that what is
 * announced but not there is refused before anything is allocated for it. Immutable and
 * thread-safe.
 */
public final class DocumentTable implements DecodedTable {
  /** The column of what is not a table by itself. */
  public static final String VALUE = "value";

  private final DocumentFormat format;
  private final DocumentOptions options;
  private final Layout layout;
  private final boolean rowsAreMaps;
  private final Shape root;
  private final Map<String, Shape> shapes = new LinkedHashMap<>();
  private final Map<String, Track> tracks = new LinkedHashMap<>();
  private final List<Field> fields;
  private final List<Layout.Part> parts;

  /**
   * Reads the structure of a MessagePack document.
   *
   * @param region what it lies in; only needed during the call
   * @param offset where it begins
   * @param length how long it is, to its last byte
   * @throws CorruptEntryException when it is not sound
   * @throws UnsupportedEntryException when it is no table that can be read
   */
  public static DocumentTable msgpack(
      Region region, long offset, long length, DocumentOptions options) {
    try (ArrowBuf bytes = region.view(offset, length)) {
      long address = bytes.memoryAddress();
      MsgpackStructure structure = new MsgpackStructure(new MsgpackInput(address, length, offset));
      Layout layout = structure.check(options.rules());
      MarkerRules rules = structure.hasMarkers() ? options.rules() : null;
      DocumentFormat format = new DocumentFormat.Msgpack(offset, length, rules);
      return new DocumentTable(format, options, layout, address);
    }
  }

  /**
   * Checks the structure of a MessagePack document and nothing else.
   *
   * @throws CorruptEntryException when it is not sound
   */
  public static void check(Region region, long offset, long length, DocumentOptions options) {
    try (ArrowBuf bytes = region.view(offset, length)) {
      new MsgpackStructure(new MsgpackInput(bytes.memoryAddress(), length, offset))
          .check(options.rules());
    }
  }

  /**
   * Makes columns of some lists within a MessagePack document; nothing else in it is looked at, but
   * all of it is checked.
   *
   * @param lists where the list of each column begins; all have as many elements
   * @throws CorruptEntryException when the document is not sound, or a list has another length
   */
  public static DocumentTable lists(
      Region region, long offset, long length, Lists lists, DocumentOptions options) {
    try (ArrowBuf bytes = region.view(offset, length)) {
      long address = bytes.memoryAddress();
      MsgpackInput in = new MsgpackInput(address, length, offset);
      MsgpackStructure structure = new MsgpackStructure(new MsgpackInput(address, length, offset));
      structure.check(options.rules());
      List<Track> tracks = new ArrayList<>();
      for (long list : lists.offsets()) {
        tracks.add(track(in.at(list), lists.count()));
      }
      Layout layout = new Layout(Layout.Form.COLUMNS, lists.names(), tracks);
      MarkerRules rules = structure.hasMarkers() ? options.rules() : null;
      return new DocumentTable(
          new DocumentFormat.Msgpack(offset, length, rules), options, layout, address);
    }
  }

  /**
   * Lists that are columns.
   *
   * @param names the columns
   * @param offsets where each one's list begins, in bytes from the start of the stored value
   * @param count how many elements each has
   */
  public record Lists(List<String> names, List<Long> offsets, long count) {}

  private static Track track(MsgpackInput in, long count) {
    long at = in.offset();
    if (in.head() != MsgpackInput.ARRAY || in.length != count) {
      throw new CorruptEntryException(
          "a column is no list of " + count + " values, as the others are", at);
    }
    Track track = new Track();
    track.count(count);
    for (long row = 0; row < count; row++) {
      if (row % Track.MARK_ROWS == 0) {
        track.mark(row, in.offset());
      }
      in.skip();
    }
    track.end(in.offset());
    return track;
  }

  /** The same for a JSON document in UTF-8. */
  public static DocumentTable json(
      Region region, long offset, long length, DocumentOptions options) {
    try (ArrowBuf bytes = region.view(offset, length)) {
      long address = bytes.memoryAddress();
      Layout layout = new JsonStructure(address, length, offset).check();
      DocumentFormat format = new DocumentFormat.Json(offset, length);
      return new DocumentTable(format, options, layout, address);
    }
  }

  private DocumentTable(
      DocumentFormat format, DocumentOptions options, Layout layout, long address) {
    this.format = format;
    this.options = options;
    this.layout = layout;
    this.root = new Shape();
    if (layout.form() == Layout.Form.COLUMNS) {
      this.rowsAreMaps = false;
      this.fields = columns(address);
    } else {
      look(root, layout.tracks().get(0), address);
      boolean empty = layout.rows() == 0;
      this.rowsAreMaps = !empty && root.holdsRows();
      if (rowsAreMaps) {
        for (int i = 0; i < root.names().size(); i++) {
          shapes.put(root.names().get(i), root.fields().get(i));
        }
      } else if (!empty) {
        shapes.put(VALUE, root);
      }
      this.fields =
          empty
              ? List.of()
              : rowsAreMaps ? root.columns(isPartial()) : List.of(root.column(VALUE, isPartial()));
    }
    this.parts = layout.parts(slots(fields));
  }

  private List<Field> columns(long address) {
    List<Field> columns = new ArrayList<>();
    for (int i = 0; i < layout.names().size(); i++) {
      String name = layout.names().get(i);
      Shape shape = root.column();
      look(shape, layout.tracks().get(i), address);
      shapes.put(name, shape);
      tracks.put(name, layout.tracks().get(i));
      columns.add(shape.column(name, isPartial()));
    }
    return List.copyOf(columns);
  }

  private void look(Shape shape, Track track, long address) {
    if (track.count() == 0) {
      return;
    }
    Cursor cursor = format.cursor(address, track.offset(0));
    long rows = Math.min(track.count(), options.inferRows());
    for (long row = 0; row < rows; row++) {
      cursor.row(row);
      shape.look(cursor);
    }
  }

  private static int slots(List<Field> fields) {
    int slots = 0;
    for (Field field : fields) {
      slots += 1 + slots(field.getChildren());
    }
    return slots;
  }

  private boolean isPartial() {
    return layout.rows() > options.inferRows();
  }

  @Override
  public List<Field> fields() {
    return fields;
  }

  @Override
  public int batchCount() {
    return parts.size();
  }

  @Override
  public long rows(int batch) {
    return parts.get(batch).rows();
  }

  @Override
  public long bytes(int batch) {
    return parts.get(batch).bytes();
  }

  /** Which row a batch begins with. */
  public long firstRow(int batch) {
    return parts.get(batch).firstRow();
  }

  Layout layout() {
    return layout;
  }

  Layout.Part part(int batch) {
    return parts.get(batch);
  }

  /** Whether each row is a map whose keys are columns. */
  boolean rowsAreMaps() {
    return rowsAreMaps;
  }

  /** The names of all columns in the order in which a row mostly has them. */
  List<String> names() {
    return List.copyOf(shapes.keySet());
  }

  /** The values of a column of a document of columns, or null. */
  Track track(String name) {
    return tracks.get(name);
  }

  /** Where a wanted column's values are, or null when the document has none. */
  Place place(Field wanted) {
    String name = wanted.getName();
    Shape shape = shapes.get(name);
    // Rows that were not looked at may have what a user asks for.
    return shape == null && !(rowsAreMaps && isPartial()) ? null : place(name, wanted, shape);
  }

  /** The place of the rows themselves, for messages. */
  Place rowPlace() {
    return place("", null, root);
  }

  private Place place(String path, Field wanted, Shape shape) {
    long sampled = Math.min(layout.rows(), options.inferRows());
    return new Place(path, wanted, shape, sampled, isPartial(), options.schemaGiven());
  }

  /** Whether a row with a key of its own is an error. */
  boolean isStrict() {
    return isPartial() && !options.schemaGiven();
  }

  @Override
  public BatchReader reader(
      Region region, List<Field> columns, BufferAllocator allocator, DecodeStats stats) {
    return new DocumentReader(this, format, region, columns, allocator, stats);
  }
}

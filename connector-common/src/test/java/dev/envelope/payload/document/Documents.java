package dev.envelope.payload.document;

import dev.envelope.memory.AllocatedRegion;
import dev.envelope.payload.Batch;
import dev.envelope.payload.BatchReader;
import dev.envelope.payload.Column;
import dev.envelope.payload.DecodeStats;
import dev.envelope.testing.MsgpackBytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;

/** Makes documents out of Java values, and reads tables back into Java values. */
final class Documents {
  /** What stands in front of every document, so that offsets are not those of the document. */
  static final int BEFORE = 13;

  private Documents() {}

  /** Bytes of a document in off-heap memory, behind some others. */
  static AllocatedRegion region(BufferAllocator allocator, byte[] document) {
    AllocatedRegion region = AllocatedRegion.allocate(allocator, BEFORE + document.length, 0);
    try (ArrowBuf bytes = region.view(0, region.size())) {
      bytes.setZero(0, BEFORE);
      bytes.setBytes(BEFORE, document);
    }
    return region;
  }

  /** Bytes in hexadecimal; blanks do not count. */
  static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }

  /** MessagePack of lists, maps, texts, numbers, booleans, bytes and nulls. */
  static byte[] msgpack(Object value) {
    return MsgpackBytes.of(value);
  }

  static byte[] json(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A map that keeps its order, from keys and values in turns. */
  static Map<Object, Object> map(Object... keysAndValues) {
    Map<Object, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }

  /** What a document was read as. */
  record Read(List<Field> fields, List<List<Object>> rows, long valuesAsText, int batches) {
    /** The names and types of the columns. */
    String schema() {
      return String.join(", ", fields.stream().map(Documents::type).toList());
    }
  }

  /** A field as {@code name: type}. */
  static String type(Field field) {
    return field.getName() + ": " + typeOnly(field);
  }

  private static String typeOnly(Field field) {
    List<Field> children = field.getChildren();
    return switch (field.getType().getTypeID()) {
      case List -> "list<" + typeOnly(children.get(0)) + ">";
      case Map -> "map<" + typeOnly(children.get(0).getChildren().get(1)) + ">";
      case Struct -> "{" + String.join(", ", children.stream().map(Documents::type).toList()) + "}";
      case Int ->
          "int"
              + ((org.apache.arrow.vector.types.pojo.ArrowType.Int) field.getType()).getBitWidth();
      case FloatingPoint -> "double";
      case Utf8 -> "text";
      case Binary -> "bytes";
      case Bool -> "bool";
      case Null -> "null";
      case Date -> "date";
      case Time -> "time";
      default -> field.getType().toString();
    };
  }

  /** Reads MessagePack, and gives everything back. */
  static Read msgpack(byte[] document, DocumentOptions options, List<Field> wanted) {
    return read(document, options, wanted, false);
  }

  static Read read(byte[] document, DocumentOptions options, List<Field> wanted, boolean json) {
    try (BufferAllocator allocator = new org.apache.arrow.memory.RootAllocator();
        AllocatedRegion region = region(allocator, document)) {
      DocumentTable table =
          json
              ? DocumentTable.json(region, BEFORE, document.length, options)
              : DocumentTable.msgpack(region, BEFORE, document.length, options);
      DecodeStats stats = new DecodeStats();
      List<Field> columns = wanted == null ? table.fields() : wanted;
      List<List<Object>> rows = new ArrayList<>();
      try (BatchReader reader = table.reader(region, columns, allocator, stats)) {
        for (int i = 0; i < table.batchCount(); i++) {
          try (Batch batch = reader.read(i)) {
            if (batch.rowCount() != table.rows(i)) {
              throw new AssertionError(batch.rowCount() + " rows, announced " + table.rows(i));
            }
            addRows(batch, rows);
          }
        }
      }
      return new Read(columns, rows, stats.valuesAsText(), table.batchCount());
    }
  }

  private static void addRows(Batch batch, List<List<Object>> rows) {
    for (int row = 0; row < batch.rowCount(); row++) {
      List<Object> values = new ArrayList<>();
      for (Column column : batch.columns()) {
        values.add(column == null ? null : value(column.vector(), row));
      }
      rows.add(values);
    }
  }

  private static Object value(FieldVector vector, int row) {
    if (!hasMap(vector.getField())) {
      vector.validate();
    }
    return plain(vector.getObject(row));
  }

  /** Arrow's own check of vectors takes every map for one of a wrong type. */
  private static boolean hasMap(Field field) {
    return field.getType() instanceof org.apache.arrow.vector.types.pojo.ArrowType.Map
        || field.getChildren().stream().anyMatch(Documents::hasMap);
  }

  /** Arrow's objects as Java's, so that they can be compared. */
  private static Object plain(Object value) {
    if (value instanceof org.apache.arrow.vector.util.Text text) {
      return text.toString();
    } else if (value instanceof byte[] bytes) {
      return HexFormat.of().formatHex(bytes);
    } else if (value instanceof List<?> list) {
      return new ArrayList<>(list.stream().map(Documents::plain).toList().stream().toList());
    } else if (value instanceof Map<?, ?> map) {
      Map<Object, Object> all = new LinkedHashMap<>();
      map.forEach((key, one) -> all.put(plain(key), plain(one)));
      return all;
    }
    return value;
  }
}

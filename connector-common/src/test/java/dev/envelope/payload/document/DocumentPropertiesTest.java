package dev.envelope.payload.document;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.envelope.EnvelopeException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.value.MapValue;
import org.msgpack.value.Value;

/** Random documents against a plain interpretation of msgpack-java's values, and damaged ones. */
final class DocumentPropertiesTest {
  private static final long SEED = Long.getLong("envelope.seed", 20261123);
  private static final int DOCUMENTS = 400;
  private static final int MUTATIONS = Integer.getInteger("envelope.document.mutations", 5_000);

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A random value of which JSON has an equal one. */
  private static Object value(Random random, int depth) {
    return switch (random.nextInt(depth > 0 ? 10 : 7)) {
      case 0 -> null;
      case 1 -> random.nextBoolean();
      case 2 -> random.nextInt(200) - 100;
      case 3 -> random.nextLong();
      case 4 -> random.nextInt(1000) / 8.0;
      case 5 -> "text \"é😀\n" + random.nextInt(10);
      case 6 -> "";
      case 7, 8 -> {
        List<Object> list = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          list.add(value(random, depth - 1));
        }
        yield list;
      }
      default -> map(random, depth - 1);
    };
  }

  private static Object map(Random random, int depth) {
    java.util.Map<Object, Object> map = new java.util.LinkedHashMap<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      map.put("k" + random.nextInt(6), value(random, depth));
    }
    return map;
  }

  private static Object document(Random random) {
    int shape = random.nextInt(4);
    if (shape == 0) {
      return value(random, 3);
    }
    List<Object> rows = new ArrayList<>();
    // Most documents have one type in a place: the same seed for every row.
    long seed = random.nextLong();
    for (int i = random.nextInt(12); i > 0; i--) {
      rows.add(
          shape == 1
              ? map(random, 2)
              : shape == 2 ? value(new Random(seed), 2) : map(new Random(seed), 3));
    }
    return rows;
  }

  @Test
  void everyDocumentIsReadAsMsgpackJavaReadsIt() throws IOException {
    Random random = new Random(SEED);
    for (int i = 0; i < DOCUMENTS; i++) {
      Object document = document(random);
      byte[] packed = Documents.msgpack(document);
      Documents.Read read = Documents.msgpack(packed, DocumentOptions.STANDARD, null);
      String what = "seed " + SEED + ", document " + i + ": " + document;
      assertEquals(expected(packed, read.fields()), read.rows(), what);
      byte[] text = JSON.writeValueAsBytes(document);
      assertEquals(read, Documents.read(text, DocumentOptions.STANDARD, null, true), what);
    }
  }

  /** The rows of a document by a tree of values and the types that it got. */
  private static List<List<Object>> expected(byte[] packed, List<Field> fields) throws IOException {
    Value root;
    try (MessageUnpacker unpacker = MessagePack.newDefaultUnpacker(packed)) {
      root = unpacker.unpackValue();
    }
    List<List<Object>> rows = new ArrayList<>();
    if (root.isMapValue()) {
      addColumnsOrRow(root.asMapValue(), fields, rows);
      return rows;
    }
    List<Value> values = root.isArrayValue() ? root.asArrayValue().list() : List.of(root);
    boolean maps = values.stream().allMatch(one -> one.isMapValue() || one.isNilValue());
    boolean some = values.stream().anyMatch(Value::isMapValue);
    for (Value one : values) {
      List<Object> row = new ArrayList<>();
      if (maps && some) {
        for (Field field : fields) {
          Value cell = one.isNilValue() ? null : get(one.asMapValue(), field.getName());
          row.add(plain(cell, field, column(values, field.getName())));
        }
      } else {
        row.add(plain(one, fields.get(0), values));
      }
      rows.add(row);
    }
    return rows;
  }

  private static void addColumnsOrRow(MapValue map, List<Field> fields, List<List<Object>> rows) {
    List<Value> columns = List.copyOf(map.values());
    boolean lists = !columns.isEmpty() && columns.stream().allMatch(Value::isArrayValue);
    int count = lists ? columns.get(0).asArrayValue().size() : 0;
    boolean even =
        lists && columns.stream().allMatch(one -> one.asArrayValue().size() == count) && count > 0;
    for (int i = 0; i < (even ? count : 1); i++) {
      List<Object> row = new ArrayList<>();
      for (Field field : fields) {
        Value cell = get(map, field.getName());
        List<Value> all = even ? cell.asArrayValue().list() : List.of(cell);
        row.add(plain(all.get(even ? i : 0), field, all));
      }
      rows.add(row);
    }
  }

  private static Value get(MapValue map, String key) {
    return map.map().get(org.msgpack.value.ValueFactory.newString(key));
  }

  private static List<Value> column(List<Value> rows, String name) {
    List<Value> column = new ArrayList<>();
    for (Value row : rows) {
      Value cell = row.isMapValue() ? get(row.asMapValue(), name) : null;
      if (cell != null) {
        column.add(cell);
      }
    }
    return column;
  }

  /** Whether values are of more than one kind, numbers being one. */
  private static boolean mixed(List<Value> values) {
    return values.stream()
            .filter(one -> !one.isNilValue())
            .map(one -> one.isNumberValue() ? "number" : one.getValueType().name())
            .distinct()
            .count()
        > 1;
  }

  /** A value as its column gives it back, among all the values of its place. */
  private static Object plain(Value value, Field field, List<Value> place) {
    if (value == null || value.isNilValue()) {
      return null;
    }
    ArrowType type = field.getType();
    if (type instanceof ArrowType.Utf8) {
      return value.isStringValue() && !mixed(place)
          ? value.asStringValue().asString()
          : json(value);
    } else if (type instanceof ArrowType.Int) {
      return value.asIntegerValue().asLong();
    } else if (type instanceof ArrowType.FloatingPoint) {
      return value.asNumberValue().toDouble();
    } else if (type instanceof ArrowType.Bool) {
      return value.asBooleanValue().getBoolean();
    } else if (type instanceof ArrowType.List) {
      List<Value> below = new ArrayList<>();
      place.stream()
          .filter(Value::isArrayValue)
          .forEach(l -> below.addAll(l.asArrayValue().list()));
      List<Object> list = new ArrayList<>();
      for (Value one : value.asArrayValue()) {
        list.add(plain(one, field.getChildren().get(0), below));
      }
      return list;
    } else if (type instanceof ArrowType.Struct) {
      java.util.Map<Object, Object> struct = new java.util.LinkedHashMap<>();
      for (Field child : field.getChildren()) {
        Value one = get(value.asMapValue(), child.getName());
        if (one != null && !one.isNilValue()) {
          struct.put(child.getName(), plain(one, child, column(place, child.getName())));
        }
      }
      return struct;
    }
    List<Value> below = new ArrayList<>();
    place.stream().filter(Value::isMapValue).forEach(m -> below.addAll(m.asMapValue().values()));
    Field child = field.getChildren().get(0).getChildren().get(1);
    List<Object> entries = new ArrayList<>();
    for (java.util.Map.Entry<Value, Value> one : value.asMapValue().entrySet()) {
      java.util.Map<Object, Object> entry = new java.util.LinkedHashMap<>();
      entry.put("key", one.getKey().asStringValue().asString());
      if (!one.getValue().isNilValue()) {
        entry.put("value", plain(one.getValue(), child, below));
      }
      entries.add(entry);
    }
    return entries;
  }

  private static java.util.Map<String, Value> strings(MapValue map) {
    java.util.Map<String, Value> strings = new TreeMap<>();
    map.map().forEach((key, one) -> strings.put(key.asStringValue().asString(), one));
    return strings;
  }

  private static String json(Value value) {
    if (value.isArrayValue()) {
      return "["
          + String.join(
              ",", value.asArrayValue().list().stream().map(DocumentPropertiesTest::json).toList())
          + "]";
    } else if (value.isMapValue()) {
      List<String> entries = new ArrayList<>();
      strings(value.asMapValue())
          .forEach((key, one) -> entries.add("\"" + key + "\":" + json(one)));
      return "{" + String.join(",", entries) + "}";
    }
    return value.isStringValue() ? quoted(value.asStringValue().asString()) : value.toJson();
  }

  private static String quoted(String text) {
    try {
      return JSON.writeValueAsString(text);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  @Timeout(300)
  void damagedDocumentsGiveRowsOrATypedError() throws IOException {
    Random random = new Random(SEED);
    int rows = 0;
    int errors = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      boolean json = i % 2 == 1;
      Object document = document(random);
      byte[] bytes = json ? JSON.writeValueAsBytes(document) : Documents.msgpack(document);
      bytes = damaged(bytes, random);
      DocumentOptions options =
          new DocumentOptions(
              1 + random.nextInt(20),
              random.nextBoolean() ? MarkerRules.CACHEKIT : MarkerRules.INTEROP);
      try {
        Documents.read(bytes, options, null, json);
        rows++;
      } catch (EnvelopeException expected) {
        errors++;
      } catch (RuntimeException | Error e) {
        throw new AssertionError("seed " + SEED + ", mutation " + i, e);
      }
    }
    assertEquals(MUTATIONS, rows + errors);
    if (rows < MUTATIONS / 20 || errors < MUTATIONS / 20) {
      throw new AssertionError(rows + " documents were read, " + errors + " refused");
    }
  }

  private static byte[] damaged(byte[] bytes, Random random) {
    byte[] damaged = bytes.clone();
    for (int i = random.nextInt(3); i >= 0 && damaged.length > 0; i--) {
      int at = random.nextInt(damaged.length);
      switch (random.nextInt(4)) {
        case 0 -> damaged[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> damaged[at] = (byte) random.nextInt();
        case 2 -> damaged = java.util.Arrays.copyOf(damaged, at);
        default -> damaged[at] = (byte) (0xC0 + random.nextInt(0x20));
      }
    }
    return damaged;
  }
}

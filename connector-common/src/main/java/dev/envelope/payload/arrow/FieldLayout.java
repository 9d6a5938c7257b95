package dev.envelope.payload.arrow;

import dev.envelope.CorruptEntryException;
import dev.envelope.UnsupportedEntryException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flatbuf.Decimal;
import org.apache.arrow.flatbuf.DictionaryEncoding;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.Timestamp;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.flatbuf.Union;
import org.apache.arrow.flatbuf.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/**
 * A field of the schema, and how many nodes and buffers it takes in a record batch.
 *
 * <p>Also fields whose values cannot be read have a layout, so that the columns after them can be:
 * a column is refused when it is asked for, not the entry.
 *
 * @param field the field; for a dictionary-encoded one the type of the values and the encoding
 * @param stored the field as vectors are made for it: with the type of the indices wherever values
 *     are dictionary-encoded
 * @param type the member of {@link Type} that the stored values have; for a dictionary-encoded
 *     field {@link Type#Int}
 * @param children the layouts below; none for a dictionary-encoded field, whose values lie apart
 * @param values the layout of a dictionary's values, or null for a plain field
 * @param nodes how many field nodes the field and all below it take
 * @param buffers how many buffers they take, not counting the variadic ones of views
 * @param views how many fields of a view type there are among them
 */
record FieldLayout(
    Field field,
    Field stored,
    byte type,
    List<FieldLayout> children,
    FieldLayout values,
    int nodes,
    int buffers,
    int views) {

  /** Spark and Arrow's own readers give up long before. */
  private static final int DEEPEST = 64;

  /** Bounds what shared subtables of a hostile footer can unfold to. */
  private static final int MOST_FIELDS = 100_000;

  /**
   * How many bytes more than the footer has its texts may take: a writer may store a name that is
   * there twice once, but a hostile one can make gigabytes of a footer.
   */
  private static final long MOST_SHARED = 1 << 20;

  /** Whether the field holds indices into a dictionary. */
  boolean encoded() {
    return values != null;
  }

  /** Reads the fields of one schema, counting them all. */
  static final class Parser {
    private final short version;
    private final long offset;
    private int fields;
    private long room;

    /**
     * Begins to read a schema.
     *
     * @param version the version of the format
     * @param offset where the footer starts
     * @param length how long it is
     */
    Parser(short version, long offset, int length) {
      this.version = version;
      this.offset = offset;
      this.room = length + MOST_SHARED;
    }

    /** Counts what a part of the footer takes on the heap, before it is copied there. */
    private void take(long bytes) {
      room -= bytes;
      if (room < 0) {
        throw new CorruptEntryException(
            "the fields of the schema share names or metadata until they take more than the footer"
                + " has",
            offset);
      }
    }

    private void take(ByteBuffer text) {
      take(text == null ? 0 : text.remaining());
    }

    FieldLayout parse(org.apache.arrow.flatbuf.Field flat, int depth) {
      if (depth > DEEPEST) {
        throw new UnsupportedEntryException(
            "the schema nests deeper than the " + DEEPEST + " levels that are read");
      }
      if (++fields > MOST_FIELDS) {
        throw new UnsupportedEntryException(
            "the schema has more than the " + MOST_FIELDS + " fields that are read");
      }
      take(flat.nameAsByteBuffer());
      String name = flat.name() == null ? "" : flat.name();
      int ownBuffers = ownBuffers(flat);
      ArrowType type = type(flat);
      List<FieldLayout> children = new ArrayList<>();
      for (int i = 0; i < flat.childrenLength(); i++) {
        children.add(parse(flat.children(i), depth + 1));
      }
      checkChildren(flat, name, children.size());
      List<Field> fieldsBelow = children.stream().map(FieldLayout::field).toList();
      FieldType fieldType =
          new FieldType(flat.nullable(), type, encoding(flat.dictionary()), metadata(flat));
      Field field = new Field(name, fieldType, fieldsBelow);
      if (field.getDictionary() == null) {
        return plain(flat, ownBuffers, field, children);
      }
      Field values = new Field(name, new FieldType(true, type, null), fieldsBelow);
      Field indices =
          new Field(
              name,
              new FieldType(
                  flat.nullable(),
                  field.getDictionary().getIndexType(),
                  field.getDictionary(),
                  field.getMetadata()),
              List.of());
      return new FieldLayout(
          field, indices, Type.Int, List.of(), plain(flat, ownBuffers, values, children), 1, 2, 0);
    }

    private ArrowType type(org.apache.arrow.flatbuf.Field flat) {
      if (flat.typeType() == Type.Decimal) {
        // Arrow's own conversion refuses the narrow ones, which would cost the entry.
        Decimal decimal = (Decimal) flat.type(new Decimal());
        return new ArrowType.Decimal(decimal.precision(), decimal.scale(), decimal.bitWidth());
      }
      if (flat.typeType() == Type.Timestamp) {
        take(((Timestamp) flat.type(new Timestamp())).timezoneAsByteBuffer());
      } else if (flat.typeType() == Type.Union) {
        take(4L * ((Union) flat.type(new Union())).typeIdsLength());
      }
      return ArrowType.getTypeForField(flat);
    }

    private FieldLayout plain(
        org.apache.arrow.flatbuf.Field flat,
        int ownBuffers,
        Field field,
        List<FieldLayout> children) {
      int nodes = 1;
      int buffers = ownBuffers;
      int views = flat.typeType() == Type.Utf8View || flat.typeType() == Type.BinaryView ? 1 : 0;
      for (FieldLayout child : children) {
        nodes += child.nodes();
        buffers += child.buffers();
        views += child.views();
      }
      List<Field> storedBelow = children.stream().map(FieldLayout::stored).toList();
      Field stored = new Field(field.getName(), field.getFieldType(), storedBelow);
      return new FieldLayout(
          field, stored, flat.typeType(), List.copyOf(children), null, nodes, buffers, views);
    }

    /** The counts of the columnar format's table "Buffer Listing for Each Layout". */
    private int ownBuffers(org.apache.arrow.flatbuf.Field flat) {
      return switch (flat.typeType()) {
        case Type.Null, Type.RunEndEncoded -> 0;
        case Type.Struct_, Type.FixedSizeList -> 1;
        case Type.Int,
            Type.FloatingPoint,
            Type.Bool,
            Type.Decimal,
            Type.Date,
            Type.Time,
            Type.Timestamp,
            Type.Interval,
            Type.Duration,
            Type.FixedSizeBinary,
            Type.List,
            Type.LargeList,
            Type.Map,
            Type.Utf8View,
            Type.BinaryView ->
            2;
        case Type.Binary,
            Type.Utf8,
            Type.LargeBinary,
            Type.LargeUtf8,
            Type.ListView,
            Type.LargeListView ->
            3;
        case Type.Union -> {
          Union union = (Union) flat.type(new Union());
          // Before V5 a union had a validity bitmap as well.
          int validity = version < MetadataVersion.V5 ? 1 : 0;
          yield validity + (union.mode() == UnionMode.Dense ? 2 : 1);
        }
        default ->
            throw new UnsupportedEntryException(
                "column '"
                    + flat.name()
                    + "' has the Arrow type number "
                    + flat.typeType()
                    + ", which is not known here, so the columns after it cannot be found");
      };
    }

    private void checkChildren(org.apache.arrow.flatbuf.Field flat, String name, int count) {
      int expected =
          switch (flat.typeType()) {
            case Type.List,
                Type.LargeList,
                Type.FixedSizeList,
                Type.Map,
                Type.ListView,
                Type.LargeListView ->
                1;
            case Type.RunEndEncoded -> 2;
            case Type.Struct_, Type.Union -> count;
            default -> 0;
          };
      if (count != expected) {
        throw new CorruptEntryException(
            "field '" + name + "' has " + count + " children where its type has " + expected,
            offset);
      }
    }

    private static org.apache.arrow.vector.types.pojo.DictionaryEncoding encoding(
        DictionaryEncoding flat) {
      if (flat == null) {
        return null;
      }
      // The format's default for an absent index type.
      ArrowType.Int index =
          flat.indexType() == null
              ? new ArrowType.Int(32, true)
              : new ArrowType.Int(flat.indexType().bitWidth(), flat.indexType().isSigned());
      return new org.apache.arrow.vector.types.pojo.DictionaryEncoding(
          flat.id(), flat.isOrdered(), index);
    }

    private Map<String, String> metadata(org.apache.arrow.flatbuf.Field flat) {
      Map<String, String> metadata = new HashMap<>();
      for (int i = 0; i < flat.customMetadataLength(); i++) {
        KeyValue pair = flat.customMetadata(i);
        take(8);
        take(pair.keyAsByteBuffer());
        take(pair.valueAsByteBuffer());
        String key = pair.key();
        String value = pair.value();
        metadata.put(key == null ? "" : key, value == null ? "" : value);
      }
      return Collections.unmodifiableMap(metadata);
    }
  }
}

package dev.envelope.payload.arrow;

import dev.envelope.CorruptEntryException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.payload.Column;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Loads the columns of one batch: checks every length, offset and index, then lets Arrow vectors
 * view the buffers.
 */
final class ColumnLoader {
  /**
   * How many slots a column may claim whose values take no bytes at all, so that nothing in the
   * entry bears the claim out. Empty structs of a hundred million rows are not data.
   */
  private static final long MOST_WITHOUT_BYTES = 1 << 24;

  private final BufferAllocator allocator;
  private final BatchMetadata metadata;
  private final BodyBuffers buffers;
  private final AllValid allValid;
  private final Dictionaries dictionaries;
  private final List<SharedColumn> used = new ArrayList<>();
  private int node;
  private int view;

  /**
   * Loads nothing yet.
   *
   * @param allocator the allocator of the vectors
   */
  ColumnLoader(
      BufferAllocator allocator,
      BatchMetadata metadata,
      BodyBuffers buffers,
      AllValid allValid,
      Dictionaries dictionaries) {
    this.allocator = allocator;
    this.metadata = metadata;
    this.buffers = buffers;
    this.allValid = allValid;
    this.dictionaries = dictionaries;
  }

  /** The dictionaries of the columns loaded so far, one reference on each; the caller's. */
  List<SharedColumn> used() {
    return used;
  }

  /**
   * Loads a column of the batch.
   *
   * @return the column, whose vector the caller closes
   */
  Column load(FieldLayout layout, BatchMetadata.ColumnStart start, long rows) {
    node = start.node();
    view = start.view();
    buffers.startAt(start.buffer());
    FieldVector vector = vectorOf(layout.stored());
    try {
      return load(layout, vector, layout.field().getName(), rows, rows);
    } catch (RuntimeException e) {
      vector.close();
      throw e;
    }
  }

  private FieldVector vectorOf(Field field) {
    try {
      return field.createVector(allocator);
    } catch (RuntimeException e) {
      throw new UnsupportedEntryException(
          "column '" + field.getName() + "' of type " + field.getType() + " cannot be read", e);
    }
  }

  /**
   * Loads a field into its vector, and the fields below it.
   *
   * @param path the field's name for errors, with those above it
   * @param fewest how many slots the field must have
   * @param most how many it may have
   */
  private Column load(FieldLayout layout, FieldVector vector, String path, long fewest, long most) {
    long slots = metadata.lengths()[node];
    long nulls = metadata.nulls()[node];
    node++;
    if (slots < fewest || slots > most) {
      throw corrupt(path, "has " + slots + " slots where " + fewest + " are needed");
    }
    if (slots > Integer.MAX_VALUE) {
      throw new UnsupportedEntryException(
          "column '" + path + "' has " + slots + " slots in one batch; 2^31 - 1 are read");
    }
    ArrowFieldNode loaded = new ArrowFieldNode(slots, nulls);
    if (layout.type() == Type.Null) {
      vector.loadFieldBuffers(loaded, List.of());
      return new Column(layout.stored(), vector, slots, List.of(), null);
    }
    ArrowBuf validity = validity(layout, path, slots, nulls);
    long bitmap = nulls == 0 ? 0 : validity.memoryAddress();
    // The bitmap is null as long as nothing bears the number of slots out.
    List<ArrowBuf> own = new ArrayList<>();
    own.add(validity);
    if (layout.encoded()) {
      return encoded(layout, vector, path, loaded, own, bitmap);
    }
    List<Column> children = List.of();
    switch (layout.type()) {
      case Type.Utf8, Type.Binary -> offsetsAndData(path, slots, own, 4);
      case Type.LargeUtf8, Type.LargeBinary -> offsetsAndData(path, slots, own, 8);
      case Type.Utf8View, Type.BinaryView -> views(path, slots, own, bitmap);
      case Type.List, Type.Map -> {
        long elements = offsets(path, slots, own, 4);
        children = below(layout, vector, path, elements, Long.MAX_VALUE);
      }
      case Type.LargeList -> {
        long elements = offsets(path, slots, own, 8);
        children = below(layout, vector, path, elements, Long.MAX_VALUE);
      }
      case Type.ListView -> {
        own.add(buffers.next(4 * slots, "offsets of column '" + path + "'"));
        own.add(buffers.next(4 * slots, "sizes of column '" + path + "'"));
        children = below(layout, vector, path, 0, Long.MAX_VALUE);
        long bad =
            ContentChecks.listViews(
                own.get(1).memoryAddress(),
                own.get(2).memoryAddress(),
                slots,
                children.get(0).length(),
                bitmap);
        if (bad != ContentChecks.FINE) {
          throw corrupt(path, "points past its elements in row " + bad);
        }
      }
      case Type.FixedSizeList -> {
        int size = ((ArrowType.FixedSizeList) layout.field().getType()).getListSize();
        if (size < 0) {
          throw corrupt(path, "has lists of " + size + " elements");
        }
        children = below(layout, vector, path, slots * size, Long.MAX_VALUE);
      }
      case Type.Struct_ -> children = below(layout, vector, path, slots, Long.MAX_VALUE);
      case Type.Bool -> own.add(buffers.next((slots + 7) / 8, "values of column '" + path + "'"));
      default ->
          own.add(buffers.next(slots * width(layout, path), "values of column '" + path + "'"));
    }
    fill(vector, loaded, own);
    if (layout.type() == Type.Map) {
      checkKeys(children.get(0), path);
    }
    return new Column(layout.stored(), vector, nulls, children, null);
  }

  /** Lets the vector view its buffers, after all of them were checked. */
  private void fill(FieldVector vector, ArrowFieldNode loaded, List<ArrowBuf> own) {
    if (own.get(0) == null) {
      own.set(0, allValid.ones(loaded.getLength()));
    }
    vector.loadFieldBuffers(loaded, own);
  }

  /** The validity bitmap; null where it is left out because nothing is null. */
  private ArrowBuf validity(FieldLayout layout, String path, long slots, long nulls) {
    if (nulls == 0 && buffers.nextIsEmpty()) {
      buffers.next(0, "validity bitmap of column '" + path + "'");
      if (slots > MOST_WITHOUT_BYTES && weightless(layout)) {
        throw new UnsupportedEntryException(
            "column '" + path + "' claims " + slots + " slots whose values take no bytes");
      }
      return null;
    }
    ArrowBuf bitmap = buffers.next((slots + 7) / 8, "validity bitmap of column '" + path + "'");
    long zeros = ContentChecks.zeros(bitmap.memoryAddress(), slots);
    if (zeros != nulls) {
      throw corrupt(path, "claims " + nulls + " nulls where its bitmap has " + zeros);
    }
    return bitmap;
  }

  /** Whether slots of this type take no bytes of their own. */
  private static boolean weightless(FieldLayout layout) {
    return layout.type() == Type.Struct_
        || layout.type() == Type.FixedSizeList
        || (layout.type() == Type.FixedSizeBinary
            && ((ArrowType.FixedSizeBinary) layout.field().getType()).getByteWidth() == 0);
  }

  private Column encoded(
      FieldLayout layout,
      FieldVector vector,
      String path,
      ArrowFieldNode loaded,
      List<ArrowBuf> own,
      long bitmap) {
    ArrowType.Int index = layout.field().getDictionary().getIndexType();
    int width = index.getBitWidth() / 8;
    ArrowBuf indices =
        buffers.next(loaded.getLength() * (long) width, "indices of column '" + path + "'");
    long place = buffers.offset();
    own.add(indices);
    fill(vector, loaded, own);
    SharedColumn dictionary = dictionaries.of(layout, path).retain();
    used.add(dictionary);
    long bad =
        ContentChecks.indices(
            indices.memoryAddress(),
            loaded.getLength(),
            width,
            index.getIsSigned(),
            dictionary.column().length(),
            bitmap);
    if (bad != ContentChecks.FINE) {
      throw new CorruptEntryException(
          "column '"
              + path
              + "' points past its dictionary of "
              + dictionary.column().length()
              + " values in row "
              + bad,
          place + bad * width);
    }
    return new Column(
        layout.stored(), vector, loaded.getNullCount(), List.of(), dictionary.column());
  }

  /** Reads offsets and returns the last one. */
  private long offsets(String path, long slots, List<ArrowBuf> own, int width) {
    String what = "offsets of column '" + path + "'";
    if (slots == 0) {
      // The format allows no offsets at all here, and says nothing of the one that may be there.
      own.add(buffers.next(0, what));
      return 0;
    }
    ArrowBuf offsets = buffers.next((slots + 1) * width, what);
    own.add(offsets);
    long address = offsets.memoryAddress();
    long bad =
        width == 4
            ? ContentChecks.ascending32(address, slots + 1)
            : ContentChecks.ascending64(address, slots + 1);
    if (bad != ContentChecks.FINE) {
      throw new CorruptEntryException(
          "the offsets of column '" + path + "' go down at position " + bad,
          buffers.offset() + bad * width);
    }
    return width == 4
        ? MemoryUtil.getInt(address + 4 * slots)
        : MemoryUtil.getLong(address + 8 * slots);
  }

  private void offsetsAndData(String path, long slots, List<ArrowBuf> own, int width) {
    long bytes = offsets(path, slots, own, width);
    if (bytes > metadata.largestBuffer()) {
      throw corrupt(path, "has offsets up to " + bytes + ", past any buffer of the batch");
    }
    own.add(buffers.next(bytes, "data of column '" + path + "'"));
  }

  private void views(String path, long slots, List<ArrowBuf> own, long bitmap) {
    ArrowBuf views = buffers.next(16 * slots, "views of column '" + path + "'");
    long place = buffers.offset();
    own.add(views);
    long[] sizes = new long[(int) metadata.variadic()[view++]];
    for (int i = 0; i < sizes.length; i++) {
      ArrowBuf data = buffers.nextOfAnyLength("data of column '" + path + "'");
      sizes[i] = data.capacity();
      own.add(data);
    }
    long bad = ContentChecks.views(views.memoryAddress(), slots, sizes, bitmap);
    if (bad != ContentChecks.FINE) {
      throw new CorruptEntryException(
          "column '" + path + "' points past its data in row " + bad, place + 16 * bad);
    }
  }

  private List<Column> below(
      FieldLayout layout, FieldVector vector, String path, long fewest, long most) {
    List<FieldVector> vectors = vector.getChildrenFromFields();
    if (vectors.size() != layout.children().size()) {
      throw new UnsupportedEntryException("column '" + path + "' has fields of the same name");
    }
    List<Column> children = new ArrayList<>();
    for (int i = 0; i < vectors.size(); i++) {
      FieldLayout child = layout.children().get(i);
      String name = path + '.' + child.field().getName();
      children.add(load(child, vectors.get(i), name, fewest, most));
    }
    return children;
  }

  /** Neither Arrow nor an engine knows what to do with a null for a key. */
  private void checkKeys(Column entries, String path) {
    if (entries.nullCount() > 0 || entries.children().get(0).nullCount() > 0) {
      throw corrupt(path, "is a map with nulls among its keys");
    }
  }

  /** How many bytes a value takes. */
  private static int width(FieldLayout layout, String path) {
    ArrowType type = layout.field().getType();
    if (type instanceof ArrowType.Int number) {
      return number.getBitWidth() / 8;
    } else if (type instanceof ArrowType.FloatingPoint number) {
      return switch (number.getPrecision()) {
        case HALF -> 2;
        case SINGLE -> 4;
        case DOUBLE -> 8;
      };
    } else if (type instanceof ArrowType.Decimal number
        && (number.getBitWidth() == 128 || number.getBitWidth() == 256)) {
      return number.getBitWidth() / 8;
    } else if (type instanceof ArrowType.Date date) {
      return switch (date.getUnit()) {
        case DAY -> 4;
        case MILLISECOND -> 8;
      };
    } else if (type instanceof ArrowType.Time time && time.getBitWidth() == bits(time)) {
      return time.getBitWidth() / 8;
    } else if (type instanceof ArrowType.Timestamp || type instanceof ArrowType.Duration) {
      return 8;
    } else if (type instanceof ArrowType.Interval interval) {
      return switch (interval.getUnit()) {
        case YEAR_MONTH -> 4;
        case DAY_TIME -> 8;
        case MONTH_DAY_NANO -> 16;
      };
    } else if (type instanceof ArrowType.FixedSizeBinary binary && binary.getByteWidth() >= 0) {
      return binary.getByteWidth();
    }
    throw new UnsupportedEntryException(
        "column '" + path + "' of type " + type + " cannot be read; leave it out of the query");
  }

  /** Arrow Java chooses the vector by the unit alone, whatever width the schema claims. */
  private static int bits(ArrowType.Time time) {
    return switch (time.getUnit()) {
      case SECOND, MILLISECOND -> 32;
      case MICROSECOND, NANOSECOND -> 64;
    };
  }

  private CorruptEntryException corrupt(String path, String problem) {
    return new CorruptEntryException("column '" + path + "' " + problem, metadata.block().offset());
  }
}

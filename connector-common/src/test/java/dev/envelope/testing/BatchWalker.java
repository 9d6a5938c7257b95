package dev.envelope.testing;

import dev.envelope.payload.Batch;
import dev.envelope.payload.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BaseLargeVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.ListViewVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Reads everything of a batch that an engine may read, by raw addresses as an engine does, but
 * holds every address against the buffer it should lie in. Hashes what it reads: batches of equal
 * rows have equal hashes.
 *
 * <p>What may be read is what {@link Column} promises: offsets of all slots, values of fixed width
 * of all slots, text, elements and dictionary values of the slots that are not null.
 */
public final class BatchWalker {
  private final Map<String, Long> hashes = new TreeMap<>();
  private long hash;
  private long rows;

  /** A hash of each column's values so far, by its name. */
  public Map<String, Long> hashes() {
    return Map.copyOf(hashes);
  }

  /** How many rows there were so far. */
  public long rows() {
    return rows;
  }

  /**
   * Reads a batch.
   *
   * @throws UnsafeBatchError when a read would leave the buffers of the batch
   */
  public void walk(Batch batch) {
    check(batch.rowCount() >= 0, "batch", "has " + batch.rowCount() + " rows");
    rows += batch.rowCount();
    for (Column column : batch.columns()) {
      if (column != null) {
        String name = column.field().getName();
        check(column.length() == batch.rowCount(), name, "has " + column.length() + " slots");
        hash = hashes.getOrDefault(name, 0L);
        mix(batch.index());
        walk(column, name);
        hashes.put(name, hash);
      }
    }
  }

  private static void check(boolean safe, String path, String problem) {
    if (!safe) {
      throw new UnsafeBatchError("column '" + path + "' " + problem);
    }
  }

  private void mix(long value) {
    hash = (hash ^ value) * 0x9E3779B97F4A7C15L;
    hash ^= hash >>> 29;
  }

  private void mix(long address, long length) {
    mix(length);
    for (long i = 0; i < length; i++) {
      mix(MemoryUtil.getByte(address + i));
    }
  }

  private void walk(Column column, String path) {
    Field field = column.field();
    FieldVector vector = column.vector();
    ArrowType type = field.getType();
    int slots = column.length();
    check(slots >= 0 && slots == vector.getValueCount(), path, "has " + slots + " slots");
    check(
        column.nullCount() >= 0 && column.nullCount() <= slots,
        path,
        "has " + column.nullCount() + " nulls in " + slots + " slots");
    if (type instanceof ArrowType.Null) {
      check(column.nullCount() == slots, path, "is null with " + column.nullCount() + " nulls");
      mix(slots);
      return;
    }
    Validity validity = validity(column, path);
    if (column.dictionary() != null) {
      walk(column.dictionary(), path + "<values>");
      indices(column, (ArrowType.Int) type, validity, path);
    } else if (type instanceof ArrowType.Utf8 || type instanceof ArrowType.Binary) {
      text(slots, vector.getOffsetBuffer(), 4, vector.getDataBuffer(), validity, path);
    } else if (vector instanceof BaseLargeVariableWidthVector) {
      text(slots, vector.getOffsetBuffer(), 8, vector.getDataBuffer(), validity, path);
    } else if (vector instanceof BaseVariableWidthViewVector views) {
      views(views, slots, validity, path);
    } else if (type instanceof ArrowType.List || type instanceof ArrowType.Map) {
      lists(column, vector.getOffsetBuffer(), 4, validity, path);
    } else if (type instanceof ArrowType.LargeList) {
      lists(column, vector.getOffsetBuffer(), 8, validity, path);
    } else if (vector instanceof ListViewVector lists) {
      listViews(column, lists, validity, path);
    } else if (type instanceof ArrowType.FixedSizeList list) {
      long elements = (long) slots * list.getListSize();
      check(elements >= 0 && column.children().get(0).length() >= elements, path, "lacks elements");
      walk(column.children().get(0), path + "[]");
    } else if (type instanceof ArrowType.Struct) {
      for (Column child : column.children()) {
        String name = path + "." + child.field().getName();
        check(child.length() >= slots, name, "has fewer slots than its struct");
        walk(child, name);
      }
    } else if (type instanceof ArrowType.Bool) {
      ArrowBuf data = vector.getDataBuffer();
      readable(data, (slots + 7L) / 8, path, "values");
      for (int i = 0; i < slots; i++) {
        mix(validity.at(i) ? bit(data.memoryAddress(), i) : -1);
      }
    } else {
      int width = width(type);
      ArrowBuf data = vector.getDataBuffer();
      readable(data, (long) slots * width, path, "values");
      check(
          data.memoryAddress() == vector.getDataBufferAddress(), path, "has two addresses of data");
      for (int i = 0; i < slots; i++) {
        if (validity.at(i)) {
          mix(data.memoryAddress() + (long) i * width, width);
        }
      }
    }
  }

  private static int bit(long address, int slot) {
    return MemoryUtil.getByte(address + (slot >> 3)) >> (slot & 7) & 1;
  }

  /** Which slots count. */
  private record Validity(long bitmap) {
    boolean at(int slot) {
      return bitmap == 0 || bit(bitmap, slot) == 1;
    }
  }

  private Validity validity(Column column, String path) {
    mix(column.nullCount());
    if (column.nullCount() == 0) {
      return new Validity(0);
    }
    ArrowBuf bitmap = column.vector().getValidityBuffer();
    readable(bitmap, (column.length() + 7L) / 8, path, "validity bitmap");
    long zeros = 0;
    for (int i = 0; i < column.length(); i++) {
      int bit = bit(bitmap.memoryAddress(), i);
      zeros += 1 - bit;
      mix(bit);
    }
    check(zeros == column.nullCount(), path, "has " + zeros + " nulls, not as many as it says");
    return new Validity(bitmap.memoryAddress());
  }

  private static void readable(ArrowBuf buffer, long needed, String path, String what) {
    check(
        needed >= 0 && buffer.capacity() >= needed,
        path,
        "has " + buffer.capacity() + " bytes of " + what + " where " + needed + " are read");
    check(buffer.refCnt() > 0, path, "has freed " + what);
  }

  private void indices(Column column, ArrowType.Int type, Validity validity, String path) {
    int width = type.getBitWidth() / 8;
    ArrowBuf data = column.vector().getDataBuffer();
    readable(data, (long) column.length() * width, path, "indices");
    for (int i = 0; i < column.length(); i++) {
      if (validity.at(i)) {
        long at = data.memoryAddress() + (long) i * width;
        long index =
            switch (width) {
              case 1 ->
                  type.getIsSigned()
                      ? MemoryUtil.getByte(at)
                      : Byte.toUnsignedLong(MemoryUtil.getByte(at));
              case 2 ->
                  type.getIsSigned()
                      ? MemoryUtil.getShort(at)
                      : Short.toUnsignedLong(MemoryUtil.getShort(at));
              case 4 ->
                  type.getIsSigned()
                      ? MemoryUtil.getInt(at)
                      : Integer.toUnsignedLong(MemoryUtil.getInt(at));
              default -> MemoryUtil.getLong(at);
            };
        check(index >= 0 && index < column.dictionary().length(), path, "has index " + index);
        mix(index);
      }
    }
  }

  private static long offset(ArrowBuf offsets, long position, int width) {
    long at = offsets.memoryAddress() + position * width;
    return width == 4 ? MemoryUtil.getInt(at) : MemoryUtil.getLong(at);
  }

  private void text(
      int slots, ArrowBuf offsets, int width, ArrowBuf data, Validity validity, String path) {
    if (slots == 0) {
      return;
    }
    readable(offsets, (slots + 1L) * width, path, "offsets");
    for (int i = 0; i < slots; i++) {
      long from = offset(offsets, i, width);
      long to = offset(offsets, i + 1L, width);
      check(from >= 0 && from <= to, path, "has offsets " + from + ", " + to);
      readable(data, to, path, "data");
      if (validity.at(i)) {
        mix(data.memoryAddress() + from, to - from);
      }
    }
  }

  private void views(
      BaseVariableWidthViewVector vector, int slots, Validity validity, String path) {
    ArrowBuf views = vector.getDataBuffer();
    readable(views, 16L * slots, path, "views");
    List<ArrowBuf> data = new ArrayList<>(vector.getDataBuffers());
    for (int i = 0; i < slots; i++) {
      if (validity.at(i)) {
        long view = views.memoryAddress() + 16L * i;
        int length = MemoryUtil.getInt(view);
        check(length >= 0, path, "has a view of " + length + " bytes");
        if (length <= 12) {
          mix(view + 4, length);
        } else {
          int buffer = MemoryUtil.getInt(view + 8);
          int start = MemoryUtil.getInt(view + 12);
          check(buffer >= 0 && buffer < data.size(), path, "views buffer " + buffer);
          check(start >= 0, path, "views its data at " + start);
          readable(data.get(buffer), (long) start + length, path, "data");
          mix(data.get(buffer).memoryAddress() + start, length);
        }
      }
    }
  }

  private void lists(Column column, ArrowBuf offsets, int width, Validity validity, String path) {
    int slots = column.length();
    Column elements = column.children().get(0);
    if (slots > 0) {
      readable(offsets, (slots + 1L) * width, path, "offsets");
      for (int i = 0; i < slots; i++) {
        long from = offset(offsets, i, width);
        long to = offset(offsets, i + 1L, width);
        check(
            from >= 0 && from <= to && to <= elements.length(),
            path,
            "has offsets " + from + ", " + to + " over " + elements.length() + " elements");
        mix(validity.at(i) ? to - from : -1);
      }
    }
    walk(elements, path + "[]");
  }

  private void listViews(Column column, ListViewVector vector, Validity validity, String path) {
    int slots = column.length();
    Column elements = column.children().get(0);
    ArrowBuf offsets = vector.getOffsetBuffer();
    ArrowBuf sizes = vector.getSizeBuffer();
    readable(offsets, 4L * slots, path, "offsets");
    readable(sizes, 4L * slots, path, "sizes");
    for (int i = 0; i < slots; i++) {
      if (validity.at(i)) {
        long from = offset(offsets, i, 4);
        long size = offset(sizes, i, 4);
        check(
            from >= 0 && size >= 0 && from + size <= elements.length(),
            path,
            "views " + size + " elements at " + from);
        mix(from);
        mix(size);
      }
    }
    walk(elements, path + "[]");
  }

  private static int width(ArrowType type) {
    if (type instanceof ArrowType.Int number) {
      return number.getBitWidth() / 8;
    } else if (type instanceof ArrowType.FloatingPoint number) {
      return switch (number.getPrecision()) {
        case HALF -> 2;
        case SINGLE -> 4;
        case DOUBLE -> 8;
      };
    } else if (type instanceof ArrowType.Decimal decimal) {
      return decimal.getBitWidth() / 8;
    } else if (type instanceof ArrowType.Date date) {
      return switch (date.getUnit()) {
        case DAY -> 4;
        case MILLISECOND -> 8;
      };
    } else if (type instanceof ArrowType.Time time) {
      return switch (time.getUnit()) {
        case SECOND, MILLISECOND -> 4;
        case MICROSECOND, NANOSECOND -> 8;
      };
    } else if (type instanceof ArrowType.Timestamp || type instanceof ArrowType.Duration) {
      return 8;
    } else if (type instanceof ArrowType.Interval interval) {
      return switch (interval.getUnit()) {
        case YEAR_MONTH -> 4;
        case DAY_TIME -> 8;
        case MONTH_DAY_NANO -> 16;
      };
    } else if (type instanceof ArrowType.FixedSizeBinary binary) {
      return binary.getByteWidth();
    }
    throw new UnsafeBatchError("nothing is known of values of type " + type);
  }
}

package dev.envelope.payload.numpy;

import dev.envelope.CorruptEntryException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.memory.ByteSource;
import dev.envelope.memory.Region;
import dev.envelope.payload.Batch;
import dev.envelope.payload.BatchReader;
import dev.envelope.payload.DecodeStats;
import dev.envelope.payload.DecodedTable;
import dev.envelope.payload.VectorBatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.util.TransferPair;

/**
 * A NumPy array: a row for each index of its first dimension, in the column {@value #VALUE}; the
 * other dimensions are lists of fixed lengths. A single number is one row. Immutable.
 */
public final class NumpyTable implements DecodedTable {
  /** The only column. */
  public static final String VALUE = "value";

  /** How a payload begins that holds an array. */
  public static final String MAGIC = "NUMPY_RAW";

  /** What NumPy 2 allows. */
  private static final int MOST_DIMENSIONS = 64;

  private static final long BATCH_BYTES = 8 << 20;
  private static final long BATCH_ROWS = 1 << 20;

  /** Rows and lists without elements take no bytes, so nothing else bounds them. */
  private static final long MOST_EMPTY = 1 << 20;

  private final Elements elements;
  private final long rows;

  /** The lengths of the lists in a row. */
  private final List<Integer> lists;

  /** How many elements a row has. */
  private final long width;

  private NumpyTable(Elements elements, long rows, List<Integer> lists, long width) {
    this.elements = elements;
    this.rows = rows;
    this.lists = List.copyOf(lists);
    this.width = width;
  }

  /**
   * Reads the head of an array.
   *
   * @param source what it lies in, to the end
   * @param offset where its magic is
   * @throws CorruptEntryException when what is claimed is not what is there
   * @throws UnsupportedEntryException when its elements are not read
   */
  public static NumpyTable of(ByteSource source, long offset) {
    long at = offset + MAGIC.length();
    int nameLength = length(source, at, "length of the dtype");
    if (nameLength > NumpyType.LONGEST_NAME) {
      // Only structured ones are as long.
      byte[] start = source.copy(at + 2, NumpyType.LONGEST_NAME, "dtype").array();
      throw NumpyType.unreadable(new String(start, StandardCharsets.UTF_8), at + 2);
    }
    byte[] name = source.copy(at + 2, nameLength, "dtype").array();
    at += 2 + nameLength;
    int shapeBytes = length(source, at, "length of the shape");
    if (shapeBytes % Integer.BYTES != 0 || shapeBytes > MOST_DIMENSIONS * Integer.BYTES) {
      throw new CorruptEntryException(
          "the array's shape of " + shapeBytes + " bytes is no list of dimensions", at);
    }
    ByteBuffer shape = source.copy(at + 2, shapeBytes, "shape");
    long data = at + 2 + shapeBytes;
    NumpyType type =
        NumpyType.of(new String(name, StandardCharsets.UTF_8), offset + MAGIC.length() + 2);
    return of(type, dimensions(shape), data, source.size() - data, at + 2);
  }

  private static int length(ByteSource source, long at, String what) {
    return Short.toUnsignedInt(source.copy(at, Short.BYTES, what).getShort(0));
  }

  private static long[] dimensions(ByteBuffer shape) {
    long[] dimensions = new long[shape.remaining() / Integer.BYTES];
    for (int i = 0; i < dimensions.length; i++) {
      dimensions[i] = Integer.toUnsignedLong(shape.getInt(i * Integer.BYTES));
    }
    return dimensions;
  }

  private static NumpyTable of(
      NumpyType type, long[] shape, long data, long bytes, long shapeOffset) {
    long width = 1;
    List<Integer> lists = new ArrayList<>();
    for (int i = 1; i < shape.length; i++) {
      if (shape[i] > Integer.MAX_VALUE) {
        throw new UnsupportedEntryException(
            "the array has a dimension of " + shape[i] + "; a list has at most 2^31 - 1 elements");
      }
      lists.add((int) shape[i]);
      width = times(width, shape[i], shapeOffset);
    }
    long rows = shape.length == 0 ? 1 : shape[0];
    long count = times(rows, width, shapeOffset);
    if (times(count, type.bytes(), shapeOffset) != bytes) {
      throw new CorruptEntryException(
          "the array's shape and dtype ask for another number of bytes than the "
              + bytes
              + " that are there",
          shapeOffset);
    }
    if (width == 0) {
      refuseManyEmpty(rows, lists);
    }
    if (width * type.bytes() > Integer.MAX_VALUE) {
      throw new UnsupportedEntryException(
          "a row of the array has " + width * type.bytes() + " bytes; 2^31 - 1 are read");
    }
    return new NumpyTable(new Elements(type, data, count), rows, lists, width);
  }

  private static void refuseManyEmpty(long rows, List<Integer> lists) {
    long all = Math.max(1, rows);
    for (int list : lists) {
      all = all > MOST_EMPTY ? all : all * Math.max(1, list);
    }
    if (all > MOST_EMPTY) {
      throw new UnsupportedEntryException(
          "the array is more than " + MOST_EMPTY + " rows and lists without an element in them");
    }
  }

  private static long times(long a, long b, long shapeOffset) {
    try {
      return Math.multiplyExact(a, b);
    } catch (ArithmeticException e) {
      throw new CorruptEntryException(
          "the array's shape has more elements than any memory", shapeOffset, e);
    }
  }

  @Override
  public List<Field> fields() {
    return List.of(field());
  }

  private Field field() {
    Field field = elements.field(lists.isEmpty() ? VALUE : "item");
    for (int i = lists.size() - 1; i >= 0; i--) {
      ArrowType list = new ArrowType.FixedSizeList(lists.get(i));
      field = new Field(i == 0 ? VALUE : "item", new FieldType(false, list, null), List.of(field));
    }
    return field;
  }

  private long batchRows() {
    long rowBytes = Math.max(1, width * elements.type().bytes());
    return Math.max(1, Math.min(BATCH_ROWS, BATCH_BYTES / rowBytes));
  }

  @Override
  public int batchCount() {
    return Math.toIntExact((rows + batchRows() - 1) / batchRows());
  }

  @Override
  public long rows(int batch) {
    return Math.min(batchRows(), rows - batch * batchRows());
  }

  @Override
  public long bytes(int batch) {
    return rows(batch) * width * elements.type().bytes();
  }

  @Override
  public BatchReader reader(
      Region region, List<Field> columns, BufferAllocator allocator, DecodeStats stats) {
    return new BatchReader() {
      @Override
      public Batch read(int index) {
        List<FieldVector> vectors = new ArrayList<>();
        try {
          for (Field column : columns) {
            vectors.add(column.getName().equals(VALUE) ? vector(region, index, allocator) : null);
          }
          return new VectorBatch(index, (int) rows(index), vectors);
        } catch (RuntimeException | Error e) {
          vectors.stream().filter(vector -> vector != null).forEach(FieldVector::close);
          throw e;
        }
      }

      @Override
      public void close() {
        // Holds nothing.
      }
    };
  }

  private FieldVector vector(Region region, int batch, BufferAllocator allocator) {
    long first = batch * batchRows();
    int count = (int) rows(batch);
    if (lists.isEmpty()) {
      return elements.vector(VALUE, region, first, count, allocator);
    }
    FieldVector vector = field().createVector(allocator);
    try (FieldVector inner =
        elements.vector("item", region, first * width, (int) (count * width), allocator)) {
      load(vector, count, inner, allocator);
      return vector;
    } catch (RuntimeException | Error e) {
      vector.close();
      throw e;
    }
  }

  /** Fills the lists from the outermost on, and moves the elements into the innermost. */
  private static void load(
      FieldVector vector, int count, FieldVector elements, BufferAllocator allocator) {
    FieldVector current = vector;
    int slots = count;
    while (current instanceof FixedSizeListVector list) {
      try (ArrowBuf validity = allocator.buffer((slots + 63L) / 64 * 8)) {
        validity.setOne(0, validity.capacity());
        list.loadFieldBuffers(new ArrowFieldNode(slots, 0), List.of(validity));
      }
      slots = Math.multiplyExact(slots, list.getListSize());
      current = list.getDataVector();
    }
    TransferPair pair = elements.makeTransferPair(current);
    pair.transfer();
  }
}

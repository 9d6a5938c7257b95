package dev.envelope.payload.numpy;

import dev.envelope.memory.AllocatedRegion;
import dev.envelope.payload.Batch;
import dev.envelope.payload.BatchReader;
import dev.envelope.payload.DecodeStats;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;

/** Arrays as cachekit writes them, and the values that are read of them. */
final class Arrays {
  /** What stands in front of every array, so that offsets are not those of the array. */
  static final int BEFORE = 11;

  private Arrays() {}

  /**
   * What an array was read as: its only column, and the values as Arrow's own getters have them.
   */
  record Read(Field field, List<Object> values, int batches) {}

  /** Magic, dtype, shape, elements; FORMAT's numbers are little-endian. */
  static byte[] array(String dtype, long[] shape, byte[] elements) {
    byte[] name = dtype.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(9 + 2 + name.length + 2 + 4 * shape.length + elements.length)
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(NumpyTable.MAGIC.getBytes(StandardCharsets.US_ASCII));
    bytes.putShort((short) name.length).put(name).putShort((short) (4 * shape.length));
    for (long dimension : shape) {
      bytes.putInt((int) dimension);
    }
    return bytes.put(elements).array();
  }

  static long[] shape(long... dimensions) {
    return dimensions;
  }

  /** Elements of one width, in the order given. */
  static byte[] elements(ByteOrder order, int width, long... values) {
    ByteBuffer bytes = ByteBuffer.allocate(width * values.length).order(order);
    for (long value : values) {
      switch (width) {
        case 1 -> bytes.put((byte) value);
        case 2 -> bytes.putShort((short) value);
        case 4 -> bytes.putInt((int) value);
        default -> bytes.putLong(value);
      }
    }
    return bytes.array();
  }

  /** The bytes in off-heap memory, behind some others. */
  static AllocatedRegion region(BufferAllocator allocator, byte[] array) {
    AllocatedRegion region = AllocatedRegion.allocate(allocator, BEFORE + array.length, 0);
    try (ArrowBuf bytes = region.view(0, region.size())) {
      bytes.setZero(0, BEFORE);
      bytes.setBytes(BEFORE, array);
    }
    return region;
  }

  /** Reads an array, and gives everything back; so does a failure. */
  static Read read(byte[] array) {
    try (BufferAllocator allocator = new RootAllocator();
        AllocatedRegion region = region(allocator, array)) {
      NumpyTable table = NumpyTable.of(region, BEFORE);
      List<Object> values = new ArrayList<>();
      try (BatchReader reader =
          table.reader(region, table.fields(), allocator, new DecodeStats())) {
        for (int i = 0; i < table.batchCount(); i++) {
          try (Batch batch = reader.read(i)) {
            FieldVector vector = batch.columns().get(0).vector();
            for (int row = 0; row < batch.rowCount(); row++) {
              values.add(vector.getObject(row));
            }
          }
        }
      }
      return new Read(table.fields().get(0), values, table.batchCount());
    }
  }
}

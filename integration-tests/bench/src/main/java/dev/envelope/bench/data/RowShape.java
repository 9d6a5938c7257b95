package dev.envelope.bench.data;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** What the rows of an entry look like. No value is null. */
public enum RowShape {
  /** 20 doubles with two decimals, {@code c0} to {@code c19}, evenly spread from 0 to 10,000. */
  WIDE(160) {
    @Override
    Schema schema() {
      return new Schema(IntStream.range(0, 20).mapToObj(i -> doubles("c" + i)).toList());
    }

    @Override
    List<ArrowBuf> columns(int rows, SplittableRandom random, BufferAllocator allocator) {
      List<ArrowBuf> buffers = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        buffers.add(allocator.getEmpty());
        buffers.add(randomDoubles(rows, random, allocator));
      }
      return buffers;
    }
  },

  /**
   * A string {@code s} that is one of 1,000, as pandas 3 writes strings, and a double {@code v}.
   */
  TEXT(29) {
    @Override
    Schema schema() {
      return new Schema(List.of(Field.nullable("s", ArrowType.LargeUtf8.INSTANCE), doubles("v")));
    }

    @Override
    List<ArrowBuf> columns(int rows, SplittableRandom random, BufferAllocator allocator) {
      ArrowBuf offsets = allocator.buffer(8L * (rows + 1));
      ArrowBuf text = allocator.buffer(16L * rows);
      long end = 0;
      MemoryUtil.putLong(offsets.memoryAddress(), end);
      for (int i = 0; i < rows; i++) {
        byte[] name = NAMES[random.nextInt(NAMES.length)];
        MemoryUtil.copyToMemory(name, 0, text.memoryAddress() + end, name.length);
        end += name.length;
        MemoryUtil.putLong(offsets.memoryAddress() + 8L * (i + 1), end);
      }
      offsets.writerIndex(8L * (rows + 1));
      text.writerIndex(end);
      return List.of(
          allocator.getEmpty(),
          offsets,
          text,
          allocator.getEmpty(),
          randomDoubles(rows, random, allocator));
    }
  };

  private static final byte[][] NAMES =
      IntStream.range(0, 1000)
          .mapToObj(i -> ("customer-" + i * 37).getBytes(StandardCharsets.UTF_8))
          .toArray(byte[][]::new);

  private final int rowBytes;

  RowShape(int rowBytes) {
    this.rowBytes = rowBytes;
  }

  /** How many bytes a row takes, about. */
  int rowBytes() {
    return rowBytes;
  }

  /** The columns; nullable all of them, as pandas says of every column. */
  abstract Schema schema();

  /** Buffers in the order of the format; without validity bitmaps, as pyarrow leaves them out. */
  abstract List<ArrowBuf> columns(int rows, SplittableRandom random, BufferAllocator allocator);

  private static Field doubles(String name) {
    return Field.nullable(name, new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE));
  }

  private static ArrowBuf randomDoubles(
      int rows, SplittableRandom random, BufferAllocator allocator) {
    ArrowBuf buffer = allocator.buffer(8L * rows);
    long at = buffer.memoryAddress();
    for (int i = 0; i < rows; i++) {
      double value = random.nextInt(1_000_000) / 100.0;
      MemoryUtil.putLong(at + 8L * i, Double.doubleToRawLongBits(value));
    }
    buffer.writerIndex(8L * rows);
    return buffer;
  }
}

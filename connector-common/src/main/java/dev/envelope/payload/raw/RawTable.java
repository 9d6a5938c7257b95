package dev.envelope.payload.raw;

import dev.envelope.UnsupportedEntryException;
import dev.envelope.memory.Region;
import dev.envelope.payload.Batch;
import dev.envelope.payload.BatchReader;
import dev.envelope.payload.DecodeStats;
import dev.envelope.payload.DecodedTable;
import dev.envelope.payload.VectorBatch;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/**
 * One row with the bytes of a payload, viewed where they lie.
 *
 * @param offset where in its region the payload starts
 * @param length how long it is
 */
public record RawTable(long offset, long length) implements DecodedTable {
  /** The only column. */
  public static final String VALUE = "value";

  /** The offsets of a value in an Arrow vector of bytes have 32 bits. */
  private static final long MOST_BYTES = Integer.MAX_VALUE;

  /** Refuses what no value of a column can be. */
  public RawTable {
    if (length > MOST_BYTES) {
      throw new UnsupportedEntryException(
          "the payload has " + length + " bytes; a value of a column has at most " + MOST_BYTES);
    }
  }

  @Override
  public List<Field> fields() {
    return List.of(
        new Field(VALUE, new FieldType(false, ArrowType.Binary.INSTANCE, null), List.of()));
  }

  @Override
  public int batchCount() {
    return 1;
  }

  @Override
  public long rows(int batch) {
    return 1;
  }

  @Override
  public long bytes(int batch) {
    return length;
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
            vectors.add(column.getName().equals(VALUE) ? value(region, allocator) : null);
          }
          return new VectorBatch(index, 1, vectors);
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

  private VarBinaryVector value(Region region, BufferAllocator allocator) {
    VarBinaryVector vector = new VarBinaryVector(fields().get(0), allocator);
    try (ArrowBuf validity = allocator.buffer(Long.BYTES);
        ArrowBuf offsets = allocator.buffer(2 * Integer.BYTES);
        ArrowBuf bytes = region.view(offset, length)) {
      validity.setLong(0, 1);
      offsets.setInt(0, 0);
      offsets.setInt(Integer.BYTES, (int) length);
      vector.loadFieldBuffers(new ArrowFieldNode(1, 0), List.of(validity, offsets, bytes));
      return vector;
    } catch (RuntimeException | Error e) {
      vector.close();
      throw e;
    }
  }
}

package dev.envelope.testing;

import dev.envelope.entry.FileName;
import dev.envelope.memory.Allocators;
import dev.envelope.memory.Xxh3;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Writes entries of a file cache as cachekit does, tables by Arrow Java's own writer: a file beside
 * the entry's, then a rename.
 */
public final class EntryWriter {
  /** The header of a table that is not compressed. */
  public static final String ARROW_HEADER =
      "{\"s\":\"ArrowSerializer\",\"m\":{\"format\":\"arrow\",\"encoding\":\"utf-8\","
          + "\"compressed\":false,\"original_type\":\"arrow\"},\"v\":\"2.0\"}";

  /** Where in its file the expiry stands. */
  private static final int EXPIRY_OFFSET = 6;

  private final Path directory;
  private long expiresAt;

  /** Writes into an existing directory, entries that never expire. */
  public EntryWriter(Path directory) {
    this.directory = directory;
  }

  /** Fills the vectors of a batch. */
  @FunctionalInterface
  public interface Filler {
    /** Sets the values of batch {@code index} and the row count. */
    void fill(VectorSchemaRoot root, int index);
  }

  /** The same writer for entries with an expiry, in Unix seconds. */
  public EntryWriter expiringAt(long seconds) {
    EntryWriter writer = new EntryWriter(directory);
    writer.expiresAt = seconds;
    return writer;
  }

  /** Writes a table. */
  public Path table(String key, Schema schema, int batches, Filler filler) {
    return payload(key, withChecksum(arrow(schema, batches, filler)));
  }

  /**
   * Writes a table of one column {@code n} with the numbers from {@code first} on.
   *
   * @param batchRows how many rows each batch has
   */
  public Path numbers(String key, long first, int... batchRows) {
    long[] next = {first};
    return table(
        key,
        new Schema(List.of(field("n", new ArrowType.Int(64, true)))),
        batchRows.length,
        (root, index) -> {
          BigIntVector vector = (BigIntVector) root.getVector("n");
          vector.allocateNew(Math.max(1, batchRows[index]));
          for (int i = 0; i < batchRows[index]; i++) {
            vector.set(i, next[0]++);
          }
          root.setRowCount(batchRows[index]);
        });
  }

  /** Writes a frame around an Arrow payload, checksum included or not. */
  public Path payload(String key, byte[] payload) {
    return stored(key, frame(ARROW_HEADER, payload));
  }

  /** Writes a stored value, whatever it is. */
  public Path stored(String key, byte[] value) {
    ByteBuffer file = ByteBuffer.allocate(14 + value.length);
    file.put(new byte[] {'C', 'K', 1, 0, 0, 0}).putLong(expiresAt).put(value);
    String name = FileName.of(key);
    Path target = directory.resolve(name);
    Path temporary = directory.resolve(name + ".tmp.1.2");
    try {
      Files.write(temporary, file.array());
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return target;
  }

  /** Rewrites an entry's expiry in place, as cachekit does when an entry is read. */
  public static void refresh(Path file, long expiresAt) {
    overwrite(file, EXPIRY_OFFSET, ByteBuffer.allocate(8).putLong(expiresAt).array());
  }

  /** Changes bytes of a file in place, as cachekit never does. */
  public static void overwrite(Path file, long offset, byte... bytes) {
    try (var raw = new java.io.RandomAccessFile(file.toFile(), "rw")) {
      raw.seek(offset);
      raw.write(bytes);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** A nullable field without children. */
  public static Field field(String name, ArrowType type) {
    return new Field(name, FieldType.nullable(type), null);
  }

  /** A v3 frame. */
  public static byte[] frame(String header, byte[] payload) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer frame = ByteBuffer.allocate(7 + json.length + payload.length);
    frame.put(new byte[] {'C', 'K', 3}).putInt(json.length).put(json).put(payload);
    return frame.array();
  }

  /** The payload of a table: its checksum and its bytes. */
  public static byte[] withChecksum(byte[] arrow) {
    return ByteBuffer.allocate(8 + arrow.length).putLong(Xxh3.hash(arrow)).put(arrow).array();
  }

  /** An Arrow file. */
  public static byte[] arrow(Schema schema, int batches, Filler filler) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (BufferAllocator allocator = Allocators.root().newChildAllocator("writer", 0, 1L << 30);
        VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
        ArrowFileWriter writer = new ArrowFileWriter(root, null, Channels.newChannel(bytes))) {
      writer.start();
      for (int i = 0; i < batches; i++) {
        filler.fill(root, i);
        writer.writeBatch();
      }
      writer.end();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.toByteArray();
  }
}

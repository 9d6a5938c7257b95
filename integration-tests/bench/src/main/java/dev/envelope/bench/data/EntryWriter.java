package dev.envelope.bench.data;

import dev.envelope.entry.FileName;
import dev.envelope.memory.Xxh3;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.arrow.compression.ZstdCompressionCodec;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.compression.CompressionCodec;
import org.apache.arrow.vector.compression.CompressionUtil;
import org.apache.arrow.vector.compression.NoCompressionCodec;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;

/**
 * Writes a file of cachekit's file cache: its header, a v3 frame, a checksum, an Arrow file in
 * batches of about 8 MiB.
 */
final class EntryWriter {
  private static final int FILE_HEADER = 14;
  private static final int FRAME_START = 7;
  private static final int CHECKSUM = 8;
  private static final int ALIGNMENT = 64;
  private static final int BATCH_BYTES = 8 << 20;
  private static final int HASHED_AT_ONCE = 16 << 20;

  /** pyarrow's default. */
  private static final int ZSTD_LEVEL = 1;

  private EntryWriter() {}

  /**
   * Writes an entry.
   *
   * @param directory where files of the cache are
   * @param key the cache key
   * @param bytes how large the rows are together, before any compression
   * @param seed what the values come from: the same seed, the same rows
   */
  static void write(Path directory, String key, RowShape shape, long bytes, boolean zstd, long seed)
      throws IOException {
    Path file = directory.resolve(FileName.of(key));
    Path unfinished = directory.resolve("." + file.getFileName());
    try (FileChannel channel =
            FileChannel.open(
                unfinished,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        BufferAllocator allocator = new RootAllocator()) {
      int arrow = writeHead(channel, zstd);
      writeRows(channel, allocator, shape, bytes / shape.rowBytes(), zstd, seed);
      ByteBuffer checksum = ByteBuffer.allocate(CHECKSUM).putLong(0, hash(channel, arrow));
      channel.write(checksum, arrow - CHECKSUM);
    }
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Everything before the Arrow file; the checksum is left open. */
  private static int writeHead(FileChannel channel, boolean zstd) throws IOException {
    String json =
        "{\"s\": \"ArrowSerializer\", \"m\": {\"format\": \"arrow\", \"encoding\": \"utf-8\","
            + " \"compressed\": "
            + zstd
            + ", \"original_type\": \"arrow\"}, \"v\": \"2.0\"}";
    int around = FILE_HEADER + FRAME_START + CHECKSUM;
    // cachekit pads the header of what can be viewed, so that its buffers are aligned.
    int padding = zstd ? 0 : -(around + json.length()) & (ALIGNMENT - 1);
    String header = json + " ".repeat(padding);
    ByteBuffer head = ByteBuffer.allocate(around + header.length());
    head.put(new byte[] {'C', 'K', 1, 0, 0, 0}).putLong(0);
    head.put(new byte[] {'C', 'K', 3}).putInt(header.length());
    head.put(header.getBytes(StandardCharsets.UTF_8)).putLong(0).flip();
    int length = head.remaining();
    channel.write(head);
    return length;
  }

  private static void writeRows(
      FileChannel channel,
      BufferAllocator allocator,
      RowShape shape,
      long rows,
      boolean zstd,
      long seed)
      throws IOException {
    int batchRows = BATCH_BYTES / shape.rowBytes();
    SplittableRandom random = new SplittableRandom(seed);
    CompressionCodec codec =
        zstd ? new ZstdCompressionCodec(ZSTD_LEVEL) : NoCompressionCodec.INSTANCE;
    BatchWriter writer = new BatchWriter(shape.schema(), allocator, channel);
    try {
      writer.start();
      for (long done = 0; done < rows; done += batchRows) {
        int count = (int) Math.min(batchRows, rows - done);
        try (ArrowRecordBatch batch = batch(shape, count, random, codec, allocator)) {
          writer.write(batch);
        }
      }
      writer.end();
    } finally {
      // Not in a try of its own: closing the writer closes the channel, which is still needed.
      writer.closeRoot();
    }
  }

  private static ArrowRecordBatch batch(
      RowShape shape,
      int rows,
      SplittableRandom random,
      CompressionCodec codec,
      BufferAllocator allocator) {
    List<ArrowFieldNode> nodes =
        shape.schema().getFields().stream().map(field -> new ArrowFieldNode(rows, 0)).toList();
    List<ArrowBuf> buffers = new ArrayList<>();
    for (ArrowBuf plain : shape.columns(rows, random, allocator)) {
      buffers.add(plain.readableBytes() == 0 ? plain : codec.compress(allocator, plain));
    }
    ArrowRecordBatch batch =
        new ArrowRecordBatch(
            rows, nodes, buffers, CompressionUtil.createBodyCompression(codec), true);
    // The batch took references of its own.
    buffers.forEach(ArrowBuf::close);
    return batch;
  }

  private static long hash(FileChannel channel, long from) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocateDirect(HASHED_AT_ONCE).order(ByteOrder.BIG_ENDIAN);
    Xxh3 hash = Xxh3.start();
    for (long at = from; at < channel.size(); at += chunk.limit()) {
      chunk.clear();
      while (chunk.hasRemaining() && channel.read(chunk, at + chunk.position()) >= 0) {}
      chunk.flip();
      hash.update(MemoryUtil.getByteBufferAddress(chunk), chunk.limit());
    }
    return hash.digest();
  }
}

package dev.envelope.bench.worker;

import dev.envelope.memory.Allocators;
import dev.envelope.memory.MappedRegion;
import dev.envelope.memory.RegionMemory;
import dev.envelope.memory.Xxh3;
import dev.envelope.payload.storage.ByteStorage;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import net.jpountz.lz4.LZ4Factory;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** A ByteStorage, unpacked and verified by the connector, or by the libraries alone. */
final class Packed {
  private static final int FILE_HEADER = 14;
  private static final int FRAME_START = 7;
  private static final int HEADER_LENGTH_AT = 17;

  private Packed() {}

  /** By the connector. The answer is the bytes. */
  static Measured byConnector(Path file) throws Exception {
    try (FileChannel channel = FileChannel.open(file);
        var region =
            new MappedRegion(
                channel, FILE_HEADER, channel.size() - FILE_HEADER, Allocators.mapped())) {
      long start = System.nanoTime();
      long payload = FRAME_START + (long) headerLength(channel);
      ByteStorage storage = ByteStorage.find(region, payload, true).orElseThrow();
      try (var plain = storage.unpack(RegionMemory.of(Allocators.allocated()), 0);
          var bytes = plain.view(0, plain.size())) {
        if (Xxh3.hash(bytes.memoryAddress(), plain.size()) != storage.checksum()) {
          throw new IllegalStateException("the checksum does not fit");
        }
        return Job.measured(start, plain.size());
      }
    }
  }

  /** By LZ4 and XXH3 alone, told where everything is. The answer is the bytes. */
  static Measured byLibraries(Path file) throws Exception {
    try (FileChannel channel = FileChannel.open(file);
        BufferAllocator allocator = new RootAllocator()) {
      ByteBuffer all = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      int payload = FILE_HEADER + FRAME_START + headerLength(channel);
      // A list of four, then bytes behind a length of 32 bits; the size is before the format.
      int length = all.getInt(payload + 2);
      int size = all.getInt(all.capacity() - "msgpack".length() - 1 - Integer.BYTES);
      long start = System.nanoTime();
      try (ArrowBuf plain = allocator.buffer(size)) {
        LZ4Factory.fastestInstance()
            .safeDecompressor()
            .decompress(all, payload + 6, length, plain.nioBuffer(0, size), 0, size);
        long unused = Xxh3.hash(plain.memoryAddress(), size);
        return Job.measured(start, unused == 0 ? 0 : size);
      }
    }
  }

  private static int headerLength(FileChannel channel) throws Exception {
    ByteBuffer length = ByteBuffer.allocate(Integer.BYTES);
    channel.read(length, HEADER_LENGTH_AT);
    return length.getInt(0);
  }
}

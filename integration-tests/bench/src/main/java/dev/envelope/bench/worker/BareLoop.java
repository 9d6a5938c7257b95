package dev.envelope.bench.worker;

import dev.envelope.memory.Allocators;
import dev.envelope.memory.MappedRegion;
import dev.envelope.payload.Batch;
import dev.envelope.payload.Column;
import dev.envelope.payload.DecodeStats;
import dev.envelope.payload.arrow.ArrowBatchReader;
import dev.envelope.payload.arrow.ArrowFile;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.unsafe.Platform;

/**
 * The least that a sum can cost: a loop over the addresses of each column, one value after the
 * other into one double.
 */
final class BareLoop implements AutoCloseable {
  private static final double NANOS = 1e9;
  private static final int HEADER_LENGTH_AT = 17;
  private static final long AROUND_HEADER = 14 + 7 + 8L;

  private final List<MappedRegion> regions = new ArrayList<>();
  private final List<ArrowBatchReader> readers = new ArrayList<>();
  private final List<Batch> batches = new ArrayList<>();

  private BareLoop() {}

  /** Sums the entries of a directory. */
  static Measured run(Path directory) throws IOException {
    try (BareLoop loop = new BareLoop();
        DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        loop.open(file);
      }
      double touched = loop.sum();
      ThreadMXBean threads = ManagementFactory.getThreadMXBean();
      long cpu = threads.getCurrentThreadCpuTime();
      long wall = System.nanoTime();
      double sum = loop.sum();
      double wallSeconds = (System.nanoTime() - wall) / NANOS;
      double cpuSeconds = (threads.getCurrentThreadCpuTime() - cpu) / NANOS;
      if (sum != touched) {
        throw new IllegalStateException("two sums differ: " + touched + " and " + sum);
      }
      return new Measured(wallSeconds, cpuSeconds, 1, sum, 0, 0);
    }
  }

  private void open(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer length = ByteBuffer.allocate(4);
      channel.read(length, HEADER_LENGTH_AT);
      MappedRegion region = new MappedRegion(channel, 0, channel.size(), Allocators.mapped());
      regions.add(region);
      ArrowFile arrow = ArrowFile.open(region, AROUND_HEADER + length.getInt(0));
      int[] columns = IntStream.range(0, arrow.fields().size()).toArray();
      ArrowBatchReader reader =
          new ArrowBatchReader(arrow, region, columns, Allocators.allocated(), new DecodeStats());
      readers.add(reader);
      for (int i = 0; i < arrow.batchCount(); i++) {
        batches.add(reader.read(i));
      }
    }
  }

  private double sum() {
    double all = 0;
    for (Batch batch : batches) {
      for (Column column : batch.columns()) {
        all += sum(column.vector().getDataBufferAddress(), column.length());
      }
    }
    return all;
  }

  private static double sum(long address, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += Platform.getDouble(null, address + ((long) i << 3));
    }
    return sum;
  }

  @Override
  public void close() {
    batches.forEach(Batch::close);
    readers.forEach(ArrowBatchReader::close);
    regions.forEach(MappedRegion::close);
  }
}

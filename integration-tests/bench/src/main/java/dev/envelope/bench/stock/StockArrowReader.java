package dev.envelope.bench.stock;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.arrow.compression.CommonsCompressionFactory;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.vectorized.ArrowColumnVector;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/** Arrow's reader of files over one entry. */
public final class StockArrowReader implements PartitionReader<ColumnarBatch> {
  private static final BufferAllocator ROOT = new RootAllocator();

  private final BufferAllocator allocator;
  private final ArrowFileReader reader;

  StockArrowReader(Path file) throws IOException {
    this.allocator = ROOT.newChildAllocator(file.toString(), 0, Long.MAX_VALUE);
    this.reader =
        new ArrowFileReader(new EntryChannel(file), allocator, CommonsCompressionFactory.INSTANCE);
  }

  /** The most memory that all readers of this JVM held at once. */
  public static long peakBytes() {
    return ROOT.getPeakMemoryAllocation();
  }

  Schema schema() throws IOException {
    return reader.getVectorSchemaRoot().getSchema();
  }

  @Override
  public boolean next() throws IOException {
    return reader.loadNextBatch();
  }

  @Override
  public ColumnarBatch get() {
    VectorSchemaRoot root;
    try {
      root = reader.getVectorSchemaRoot();
    } catch (IOException e) {
      throw new IllegalStateException("it was read before", e);
    }
    ColumnVector[] vectors =
        root.getFieldVectors().stream().map(ArrowColumnVector::new).toArray(ColumnVector[]::new);
    return new ColumnarBatch(vectors, root.getRowCount());
  }

  @Override
  public void close() throws IOException {
    reader.close();
    allocator.close();
  }
}

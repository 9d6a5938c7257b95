package dev.envelope.bench.data;

import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;

/** Arrow's writer of files, for batches that are made buffer by buffer rather than of vectors. */
final class BatchWriter extends ArrowFileWriter {
  private final VectorSchemaRoot root;

  BatchWriter(Schema schema, BufferAllocator allocator, WritableByteChannel out) {
    this(VectorSchemaRoot.create(schema, allocator), out);
  }

  private BatchWriter(VectorSchemaRoot root, WritableByteChannel out) {
    super(root, new DictionaryProvider.MapDictionaryProvider(), out);
    this.root = root;
  }

  void write(ArrowRecordBatch batch) throws IOException {
    writeRecordBatch(batch);
  }

  /** Frees the writer's memory. {@code close} would close the channel as well. */
  void closeRoot() {
    root.close();
  }
}

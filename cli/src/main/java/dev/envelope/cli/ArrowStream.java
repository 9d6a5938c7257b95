package dev.envelope.cli;

import dev.envelope.memory.Allocators;
import dev.envelope.payload.Column;
import dev.envelope.scan.TaskBatch;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Batches as an Arrow IPC stream, by Arrow's own writer: the buffers of a batch are written as they
 * are. Closed by whoever made it.
 */
final class ArrowStream implements AutoCloseable {
  private final OutputStream out;
  private final List<Field> fields;
  private final BufferAllocator allocator = Allocators.child("arrow stream", Long.MAX_VALUE);
  private final MapDictionaryProvider dictionaries = new MapDictionaryProvider();
  private VectorSchemaRoot root;
  private ArrowStreamWriter writer;

  /** Set when nothing may be written any more: a stream that broke off has no end. */
  private boolean silent;

  /**
   * A stream.
   *
   * @param fields the columns where no batch comes to tell them
   */
  ArrowStream(OutputStream out, List<Field> fields) {
    this.out = out;
    this.fields = fields;
  }

  void write(TaskBatch batch) throws IOException {
    List<FieldVector> vectors = new ArrayList<>();
    for (Column column : batch.columns()) {
      gather(column);
      vectors.add(column.vector());
    }
    if (writer == null) {
      start(vectors.stream().map(FieldVector::getField).toList());
    }
    // Neither the root nor its vectors are closed here: they are the batch's.
    VectorUnloader unloader =
        new VectorUnloader(new VectorSchemaRoot(root.getSchema(), vectors, batch.rowCount()));
    try (ArrowRecordBatch buffers = unloader.getRecordBatch()) {
      new VectorLoader(root).load(buffers);
    }
    writer.writeBatch();
    root.clear();
  }

  /**
   * The dictionaries below a column. The writer keeps what it has written, to see what changes, so
   * they are of an allocator that lives as long as it does.
   */
  private void gather(Column column) {
    if (column.dictionary() != null) {
      gather(column.dictionary());
      FieldVector theirs = column.dictionary().vector();
      FieldVector ours = theirs.getField().createVector(allocator);
      load(ours, theirs);
      Dictionary dictionary = new Dictionary(ours, column.field().getDictionary());
      Dictionary before = dictionaries.lookup(dictionary.getEncoding().getId());
      dictionaries.put(dictionary);
      if (before != null) {
        before.getVector().close();
      }
    }
    column.children().forEach(this::gather);
  }

  private static void load(FieldVector to, FieldVector from) {
    Schema schema = new Schema(List.of(from.getField()));
    int rows = from.getValueCount();
    VectorUnloader unloader = new VectorUnloader(new VectorSchemaRoot(schema, List.of(from), rows));
    try (ArrowRecordBatch buffers = unloader.getRecordBatch()) {
      new VectorLoader(new VectorSchemaRoot(schema, List.of(to), rows)).load(buffers);
    }
  }

  private void start(List<Field> columns) throws IOException {
    root = VectorSchemaRoot.create(new Schema(columns), allocator);
    writer = new ArrowStreamWriter(root, dictionaries, Channels.newChannel(untilSilent()));
    writer.start();
  }

  private OutputStream untilSilent() {
    return new OutputStream() {
      @Override
      public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        if (!silent) {
          out.write(bytes, offset, length);
        }
      }
    };
  }

  /** Writes the end. */
  void end() throws IOException {
    if (writer == null) {
      start(fields.stream().map(ArrowStream::plain).toList());
    }
    writer.end();
  }

  /** Without rows there are no values for a dictionary to hold. */
  private static Field plain(Field field) {
    return new Field(
        field.getName(),
        new org.apache.arrow.vector.types.pojo.FieldType(
            field.isNullable(), field.getType(), null, field.getMetadata()),
        field.getChildren().stream().map(ArrowStream::plain).toList());
  }

  /** Frees what is held, and writes no end; the output stays open. */
  @Override
  public void close() {
    silent = true;
    try {
      if (writer != null) {
        writer.close();
      }
    } finally {
      if (root != null) {
        root.close();
      }
      for (long id : dictionaries.getDictionaryIds()) {
        dictionaries.lookup(id).getVector().close();
      }
      allocator.close();
    }
  }
}

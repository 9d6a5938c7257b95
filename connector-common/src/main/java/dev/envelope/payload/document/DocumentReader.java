package dev.envelope.payload.document;

import dev.envelope.UnsupportedEntryException;
import dev.envelope.memory.Region;
import dev.envelope.payload.Batch;
import dev.envelope.payload.BatchReader;
import dev.envelope.payload.DecodeStats;
import dev.envelope.payload.VectorBatch;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Decodes rows of a document straight into vectors, which then own all their memory. */
final class DocumentReader implements BatchReader {
  private final DocumentTable table;
  private final DocumentFormat format;
  private final List<Field> wanted;
  private final BufferAllocator allocator;
  private final DecodeStats stats;
  private final ArrowBuf document;
  private boolean closed;

  DocumentReader(
      DocumentTable table,
      DocumentFormat format,
      Region region,
      List<Field> wanted,
      BufferAllocator allocator,
      DecodeStats stats) {
    this.table = table;
    this.format = format;
    this.wanted = wanted.stream().map(Decoded::field).toList();
    this.allocator = allocator;
    this.stats = stats;
    this.document = region.view(format.offset(), format.length());
  }

  @Override
  public Batch read(int index) {
    if (closed) {
      throw new IllegalStateException("the reader is closed");
    }
    Layout.Part part = table.part(index);
    List<Place> places = new ArrayList<>();
    List<Sink> sinks = new ArrayList<>();
    try {
      Sinks maker = new Sinks(new Budget(allocator, part.bytes()), stats);
      for (Field field : wanted) {
        Place place = table.place(field);
        if (place != null) {
          sinks.add(maker.of(place, part.rows()));
          places.add(place);
        }
      }
      decode(part, places, sinks);
      return batch(index, part.rows(), places, sinks);
    } finally {
      sinks.forEach(Sink::close);
    }
  }

  private void decode(Layout.Part part, List<Place> places, List<Sink> sinks) {
    if (sinks.isEmpty()) {
      return;
    }
    if (table.layout().form() == Layout.Form.COLUMNS) {
      for (int i = 0; i < sinks.size(); i++) {
        Track track = table.track(places.get(i).wanted().getName());
        values(track, part, sinks.get(i));
      }
    } else if (table.rowsAreMaps()) {
      rows(part, places, sinks);
    } else {
      values(table.layout().tracks().get(0), part, sinks.get(0));
    }
  }

  private void values(Track track, Layout.Part part, Sink sink) {
    Cursor cursor = format.cursor(document.memoryAddress(), track.offset(part.mark()));
    for (int slot = 0; slot < part.rows(); slot++) {
      cursor.row(part.firstRow() + slot);
      sink.accept(slot, cursor);
    }
  }

  private void rows(Layout.Part part, List<Place> places, List<Sink> sinks) {
    Track track = table.layout().tracks().get(0);
    Cursor cursor = format.cursor(document.memoryAddress(), track.offset(part.mark()));
    List<String> names = places.stream().map(place -> place.wanted().getName()).toList();
    Fields fields = new Fields(table.rowPlace(), table.names(), names, sinks, table.isStrict());
    for (int slot = 0; slot < part.rows(); slot++) {
      cursor.row(part.firstRow() + slot);
      int kind = cursor.next();
      if (kind == Kind.MAP) {
        fields.read(slot, cursor);
      } else if (kind == Kind.NULL) {
        fields.writeNull(slot);
      } else {
        throw new UnsupportedEntryException(
            "row %d is %s, at byte %d, where the rows before are maps: raise infer-rows above it"
                .formatted(cursor.row(), Kind.name(kind), cursor.offset()));
      }
    }
  }

  private Batch batch(int index, int rows, List<Place> places, List<Sink> sinks) {
    List<ArrowFieldNode> nodes = new ArrayList<>();
    List<ArrowBuf> buffers = new ArrayList<>();
    sinks.forEach(sink -> sink.finish(rows, nodes, buffers));
    Schema schema = new Schema(places.stream().map(Place::wanted).toList());
    VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
    try (ArrowRecordBatch batch = new ArrowRecordBatch(rows, nodes, buffers)) {
      new VectorLoader(root).load(batch);
    } catch (RuntimeException e) {
      root.close();
      throw e;
    }
    buffers.forEach(buffer -> stats.addDecompressed(buffer.readableBytes()));
    List<FieldVector> vectors = new ArrayList<>();
    int next = 0;
    for (Field field : wanted) {
      vectors.add(table.place(field) == null ? null : root.getVector(next++));
    }
    return new VectorBatch(index, rows, vectors);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      document.close();
    }
  }
}

package dev.envelope.payload.arrow;

import dev.envelope.CorruptEntryException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.memory.ByteSource;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;
import org.apache.arrow.flatbuf.BodyCompression;
import org.apache.arrow.flatbuf.BodyCompressionMethod;
import org.apache.arrow.flatbuf.CompressionType;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;

/**
 * The metadata of a record batch or a dictionary batch: field nodes and buffers, as plain arrays.
 *
 * @param block where the message lies
 * @param rows how many rows the batch has
 * @param lengths the length of each field node
 * @param nulls the null count of each field node
 * @param offsets where in the body each buffer starts
 * @param sizes how long each buffer is, in the body
 * @param variadic how many data buffers each field of a view type has
 * @param codec the member of {@link CompressionType} that the buffers are compressed with, or
 *     {@link #PLAIN}
 * @param dictionary the id of a dictionary batch, or -1 for a record batch
 * @param delta whether a dictionary batch adds to the one before
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared, and there may be 100,000 of each.
record BatchMetadata(
    IpcBlock block,
    long rows,
    long[] lengths,
    long[] nulls,
    long[] offsets,
    long[] sizes,
    long[] variadic,
    byte codec,
    long dictionary,
    boolean delta) {

  /** The bodies are not compressed. */
  static final byte PLAIN = -1;

  /** What a message starts with since format 0.15. */
  private static final int CONTINUATION = -1;

  private static final long NO_DICTIONARY = -1;

  static BatchMetadata read(ByteSource source, IpcBlock block) {
    ByteBuffer bytes = source.copy(block.offset(), block.metadataLength(), "batch metadata");
    return Flatbuffer.read("metadata of a batch", block.offset(), () -> parse(bytes, block));
  }

  private static BatchMetadata parse(ByteBuffer bytes, IpcBlock block) {
    int prefix = bytes.getInt(0) == CONTINUATION ? 8 : 4;
    int length = bytes.getInt(prefix - 4);
    if (length <= 0 || length > bytes.capacity() - prefix) {
      throw corrupt(block, "the message claims " + length + " bytes of metadata");
    }
    ByteBuffer flat = bytes.slice(prefix, length).order(bytes.order());
    Message message = Message.getRootAsMessage(flat);
    if (message.bodyLength() != block.bodyLength()) {
      throw corrupt(
          block,
          "the message claims a body of "
              + message.bodyLength()
              + " bytes, the footer one of "
              + block.bodyLength());
    }
    if (message.headerType() == MessageHeader.RecordBatch) {
      RecordBatch batch = (RecordBatch) message.header(new RecordBatch());
      return of(block, batch, flat.capacity(), NO_DICTIONARY, false);
    }
    if (message.headerType() == MessageHeader.DictionaryBatch) {
      DictionaryBatch batch = (DictionaryBatch) message.header(new DictionaryBatch());
      if (batch.id() < 0) {
        throw corrupt(block, "the dictionary's id is negative");
      }
      return of(block, batch.data(), flat.capacity(), batch.id(), batch.isDelta());
    }
    throw corrupt(block, "the message is of kind " + message.headerType() + ", not a batch");
  }

  private static BatchMetadata of(
      IpcBlock block, RecordBatch batch, int capacity, long dictionary, boolean delta) {
    if (batch.length() < 0) {
      throw corrupt(block, "the batch claims " + batch.length() + " rows");
    }
    // A node and a buffer take 16 bytes each, a variadic count 8.
    if (batch.nodesLength() > capacity / 16
        || batch.buffersLength() > capacity / 16
        || batch.variadicBufferCountsLength() > capacity / 8) {
      throw corrupt(block, "the batch claims more nodes or buffers than its metadata can hold");
    }
    long[] lengths = new long[batch.nodesLength()];
    long[] nulls = new long[lengths.length];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = batch.nodes(i).length();
      nulls[i] = batch.nodes(i).nullCount();
      if (lengths[i] < 0 || nulls[i] < 0 || nulls[i] > lengths[i]) {
        throw corrupt(
            block,
            "field node " + i + " claims " + nulls[i] + " nulls in " + lengths[i] + " slots");
      }
    }
    long[] offsets = new long[batch.buffersLength()];
    long[] sizes = new long[offsets.length];
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = batch.buffers(i).offset();
      sizes[i] = batch.buffers(i).length();
      if (offsets[i] < 0 || sizes[i] < 0 || offsets[i] > block.bodyLength() - sizes[i]) {
        throw corrupt(
            block,
            "buffer "
                + i
                + " claims "
                + sizes[i]
                + " bytes at "
                + offsets[i]
                + " of a body of "
                + block.bodyLength());
      }
    }
    long[] variadic = new long[batch.variadicBufferCountsLength()];
    for (int i = 0; i < variadic.length; i++) {
      variadic[i] = batch.variadicBufferCounts(i);
      if (variadic[i] < 0 || variadic[i] > offsets.length) {
        throw corrupt(block, "a view column claims " + variadic[i] + " data buffers");
      }
    }
    return new BatchMetadata(
        block,
        batch.length(),
        lengths,
        nulls,
        offsets,
        sizes,
        variadic,
        codec(batch.compression()),
        dictionary,
        delta);
  }

  private static byte codec(BodyCompression compression) {
    if (compression == null) {
      return PLAIN;
    }
    if (compression.method() != BodyCompressionMethod.BUFFER
        || (compression.codec() != CompressionType.ZSTD
            && compression.codec() != CompressionType.LZ4_FRAME)) {
      throw new UnsupportedEntryException(
          "the batch is compressed by codec "
              + compression.codec()
              + ", method "
              + compression.method()
              + "; zstd and lz4 by buffer are read");
    }
    return compression.codec();
  }

  static CorruptEntryException corrupt(IpcBlock block, String problem) {
    return new CorruptEntryException(problem, block.offset());
  }

  /** The most bytes that any buffer can have: a bound for offsets before their data is read. */
  long largestBuffer() {
    // Compressed buffers are bounded when they are reached.
    return codec == PLAIN ? block.bodyLength() : Long.MAX_VALUE / 4;
  }

  /** Row and null counts, after a check that the schema's columns take just what is there. */
  BatchSummary summary(List<FieldLayout> columns) {
    BitSet withNulls = new BitSet();
    int column = 0;
    for (ColumnStart start : starts(columns)) {
      if (lengths[start.node()] != rows) {
        throw corrupt(
            block,
            "column "
                + column
                + " has "
                + lengths[start.node()]
                + " slots in a batch of "
                + rows
                + " rows");
      }
      boolean nullType =
          columns.get(column).type() == org.apache.arrow.flatbuf.Type.Null && rows > 0;
      withNulls.set(column, nullType || nulls[start.node()] > 0);
      column++;
    }
    return new BatchSummary(rows, withNulls);
  }

  /** Where each column's nodes, buffers and variadic counts begin. */
  ColumnStart[] starts(List<FieldLayout> columns) {
    ColumnStart[] starts = new ColumnStart[columns.size()];
    int node = 0;
    long buffer = 0;
    int view = 0;
    for (int i = 0; i < starts.length; i++) {
      FieldLayout column = columns.get(i);
      starts[i] = new ColumnStart(node, (int) buffer, view);
      node += column.nodes();
      buffer += column.buffers();
      for (int j = 0; j < column.views(); j++) {
        if (view == variadic.length) {
          throw corrupt(block, "the batch lacks the number of a view column's data buffers");
        }
        buffer += variadic[view++];
      }
      if (node > lengths.length || buffer > offsets.length) {
        throw corrupt(
            block,
            "the batch has "
                + lengths.length
                + " nodes and "
                + offsets.length
                + " buffers, fewer than its schema's columns take");
      }
    }
    if (node != lengths.length || buffer != offsets.length || view != variadic.length) {
      throw corrupt(
          block,
          "the batch has "
              + lengths.length
              + " nodes and "
              + offsets.length
              + " buffers where its schema's columns take "
              + node
              + " and "
              + buffer);
    }
    return starts;
  }

  /**
   * Where a column begins in a batch.
   *
   * @param node its first field node
   * @param buffer its first buffer
   * @param view its first variadic count
   */
  record ColumnStart(int node, int buffer, int view) {}
}

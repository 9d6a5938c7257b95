package dev.envelope.testing;

import com.google.flatbuffers.FlatBufferBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileWriter;

/** Arrow IPC files that no cache would write, made by Arrow's own writer or by hand. */
public final class ArrowFiles {
  private static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);

  private ArrowFiles() {}

  /**
   * Writes a file of one batch.
   *
   * @param fields the columns
   * @param fill sets the values and the number of rows
   */
  public static byte[] write(
      List<org.apache.arrow.vector.types.pojo.Field> fields, Consumer<VectorSchemaRoot> fill) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot root =
            VectorSchemaRoot.create(
                new org.apache.arrow.vector.types.pojo.Schema(fields), allocator);
        ArrowFileWriter writer = new ArrowFileWriter(root, null, Channels.newChannel(bytes))) {
      fill.accept(root);
      writer.start();
      writer.writeBatch();
      writer.end();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** A file without batches whose columns all share one name and one pair of metadata. */
  public static byte[] sharedNames(int columns, int nameLength, int pairs) {
    FlatBufferBuilder builder = new FlatBufferBuilder(1 << 20);
    int name = builder.createString("n".repeat(nameLength));
    int pair = KeyValue.createKeyValue(builder, name, name);
    int[] shared = new int[pairs];
    java.util.Arrays.fill(shared, pair);
    int metadata = Field.createCustomMetadataVector(builder, shared);
    org.apache.arrow.flatbuf.Null.startNull(builder);
    int type = org.apache.arrow.flatbuf.Null.endNull(builder);
    int none = Field.createChildrenVector(builder, new int[0]);
    int field = Field.createField(builder, name, true, Type.Null, type, 0, none, metadata);
    int[] fields = new int[columns];
    java.util.Arrays.fill(fields, field);
    int vector = Schema.createFieldsVector(builder, fields);
    Schema.startSchema(builder);
    Schema.addFields(builder, vector);
    return file(builder, Schema.endSchema(builder), new byte[0], 0, 0, 0);
  }

  /** A file without columns whose footer lists one batch many times. */
  public static byte[] sharedBlocks(byte[] message, int metadataLength, int count) {
    FlatBufferBuilder builder = new FlatBufferBuilder(1 << 20);
    int vector = Schema.createFieldsVector(builder, new int[0]);
    Schema.startSchema(builder);
    Schema.addFields(builder, vector);
    return file(
        builder,
        Schema.endSchema(builder),
        message,
        count,
        metadataLength,
        message.length - metadataLength);
  }

  private static byte[] file(
      FlatBufferBuilder builder,
      int schema,
      byte[] message,
      int blocks,
      int metadataLength,
      long bodyLength) {
    Footer.startRecordBatchesVector(builder, blocks);
    for (int i = 0; i < blocks; i++) {
      Block.createBlock(builder, 8, metadataLength, bodyLength);
    }
    int batches = builder.endVector();
    Footer.startFooter(builder);
    Footer.addVersion(builder, MetadataVersion.V5);
    Footer.addSchema(builder, schema);
    Footer.addRecordBatches(builder, batches);
    builder.finish(Footer.endFooter(builder));
    byte[] footer = builder.sizedByteArray();
    return ByteBuffer.allocate(8 + message.length + footer.length + 10)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(MAGIC)
        .putShort((short) 0)
        .put(message)
        .put(footer)
        .putInt(footer.length)
        .put(MAGIC)
        .array();
  }
}

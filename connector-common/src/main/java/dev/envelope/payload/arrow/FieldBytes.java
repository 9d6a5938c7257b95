package dev.envelope.payload.arrow;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Fields as bytes, for the way to another JVM: Arrow's classes do not travel by Java's
 * serialization, and its own reader refuses types that a column nobody wants may have.
 */
public final class FieldBytes {
  /** What a message starts with since format 0.15, and its length. */
  private static final int PREFIX = 8;

  private FieldBytes() {}

  /** Fields as the schema message of an Arrow stream. */
  public static byte[] write(List<Field> fields) {
    return new Schema(fields).serializeAsMessage();
  }

  /** The fields that {@link #write} was given, as the footer of a file would give them. */
  public static List<Field> read(byte[] written) {
    ByteBuffer flat =
        ByteBuffer.wrap(written)
            .slice(PREFIX, written.length - PREFIX)
            .order(ByteOrder.LITTLE_ENDIAN);
    Message message = Message.getRootAsMessage(flat);
    org.apache.arrow.flatbuf.Schema schema =
        (org.apache.arrow.flatbuf.Schema) message.header(new org.apache.arrow.flatbuf.Schema());
    FieldLayout.Parser parser = new FieldLayout.Parser(message.version(), 0, written.length);
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < schema.fieldsLength(); i++) {
      fields.add(parser.parse(schema.fields(i), 0).field());
    }
    return fields;
  }
}

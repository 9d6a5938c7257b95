package dev.envelope.payload.arrow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.RecordBatch;

/**
 * The buffers of the record batches that src/test/resources/.../write_buffers.py wrote, and the
 * values they must hold.
 */
final class PyarrowBuffers {
  private PyarrowBuffers() {}

  /** Decompresses every buffer of a file and compares it with what was written. */
  static void check(String name, int rows, GuardedCodec codec)
      throws IOException, MalformedBufferException {
    List<byte[]> expected = values(rows);
    int compressed = 0;
    List<byte[]> buffers = read(name);
    assertEquals(expected.size(), buffers.size());
    for (int i = 0; i < buffers.size(); i++) {
      byte[] buffer = buffers.get(i);
      if (buffer.length == 0) {
        assertEquals(0, expected.get(i).length, name + " buffer " + i);
        continue;
      }
      long length = ByteBuffer.wrap(buffer).order(ByteOrder.LITTLE_ENDIAN).getLong();
      byte[] rest = Arrays.copyOfRange(buffer, Long.BYTES, buffer.length);
      if (length != -1) {
        compressed++;
        rest = codec.decompress(rest, length);
      }
      assertArrayEquals(
          expected.get(i), Arrays.copyOf(rest, expected.get(i).length), name + " buffer " + i);
    }
    assertEquals(5, compressed, "all but the absent bitmaps are compressed");
  }

  private static List<byte[]> read(String name) throws IOException {
    ByteBuffer file;
    try (InputStream stream = PyarrowBuffers.class.getResourceAsStream(name)) {
      file = ByteBuffer.wrap(stream.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
    }
    // A stream is the schema's message, then the batch's: FF FF FF FF, length, message, body.
    Message message = message(file);
    file.position(file.position() + (int) message.bodyLength());
    message = message(file);
    RecordBatch batch = (RecordBatch) message.header(new RecordBatch());
    List<byte[]> buffers = new ArrayList<>();
    for (int i = 0; i < batch.buffersLength(); i++) {
      byte[] buffer = new byte[(int) batch.buffers(i).length()];
      file.get(file.position() + (int) batch.buffers(i).offset(), buffer);
      buffers.add(buffer);
    }
    return buffers;
  }

  private static Message message(ByteBuffer file) {
    assertEquals(-1, file.getInt());
    int length = file.getInt();
    Message message = Message.getRootAsMessage(file.slice(file.position(), length));
    file.position(file.position() + length);
    return message;
  }

  private static List<byte[]> values(int rows) {
    byte[] squares = new byte[8 * rows];
    byte[] valid = new byte[(rows + 7) / 8];
    byte[] halves = new byte[8 * rows];
    byte[] shorts = new byte[2 * rows];
    ByteBuffer square = ByteBuffer.wrap(squares).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer half = ByteBuffer.wrap(halves).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < rows; i++) {
      square.putLong((long) i * i % 1000);
      if (i % 5 != 0) {
        valid[i / 8] |= (byte) (1 << i % 8);
      }
      half.putDouble(i % 5 == 0 ? 0 : i % 7 / 2.0);
      shorts[2 * i] = (byte) (i % 3);
    }
    byte[] text = "row".repeat(rows).getBytes(StandardCharsets.US_ASCII);
    byte[] none = {};
    return List.of(none, squares, valid, halves, none, shorts, none, text);
  }
}

package dev.envelope.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePacker;

/** Java values as MessagePack. */
public final class MsgpackBytes {
  private MsgpackBytes() {}

  /** MessagePack of lists, maps, texts, numbers, booleans, bytes and nulls. */
  public static byte[] of(Object value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (MessagePacker packer = MessagePack.newDefaultPacker(out)) {
      pack(packer, value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static void pack(MessagePacker packer, Object value) throws IOException {
    if (value == null) {
      packer.packNil();
    } else if (value instanceof Boolean bool) {
      packer.packBoolean(bool);
    } else if (value instanceof Integer number) {
      packer.packInt(number);
    } else if (value instanceof Long number) {
      packer.packLong(number);
    } else if (value instanceof java.math.BigInteger number) {
      packer.packBigInteger(number);
    } else if (value instanceof Double number) {
      packer.packDouble(number);
    } else if (value instanceof Float number) {
      packer.packFloat(number);
    } else if (value instanceof String text) {
      packer.packString(text);
    } else if (value instanceof byte[] bytes) {
      packer.packBinaryHeader(bytes.length);
      packer.writePayload(bytes);
    } else if (value instanceof List<?> list) {
      packer.packArrayHeader(list.size());
      for (Object element : list) {
        pack(packer, element);
      }
    } else if (value instanceof Map<?, ?> map) {
      packer.packMapHeader(map.size());
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        pack(packer, entry.getKey());
        pack(packer, entry.getValue());
      }
    } else {
      throw new IllegalArgumentException("a " + value.getClass());
    }
  }
}

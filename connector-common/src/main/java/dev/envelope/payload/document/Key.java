package dev.envelope.payload.document;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.apache.arrow.memory.util.MemoryUtil;

/** The name of a field, in the forms that it is compared in. Immutable. */
final class Key {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final String text;
  private final byte[] bytes;

  Key(String text) {
    this.text = text;
    this.bytes = text.getBytes(StandardCharsets.UTF_8);
  }

  String text() {
    return text;
  }

  /** Whether these bytes are the name. */
  boolean is(long address, long length) {
    int count = bytes.length;
    if (length != count) {
      return false;
    }
    int i = 0;
    for (; i <= count - Long.BYTES; i += Long.BYTES) {
      if ((long) LONG.get(bytes, i) != MemoryUtil.getLong(address + i)) {
        return false;
      }
    }
    for (; i < count; i++) {
      if (bytes[i] != MemoryUtil.getByte(address + i)) {
        return false;
      }
    }
    return true;
  }
}

package dev.envelope.crypto;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What an encrypted payload is bound to: it decrypts only where all of this is as it was when it
 * was written. Immutable.
 *
 * @param tenant whose payload it is
 * @param key the cache key
 * @param format as the header has it
 * @param compressed as the header has it, whatever the bytes are
 * @param originalType as the header has it; null or empty for none
 */
public record Binding(
    String tenant, String key, String format, boolean compressed, String originalType) {
  /** The version of the authenticated data. */
  private static final int VERSION = 3;

  /** The binding of a document of the interop mode. */
  public static Binding ofInterop(String tenant, String key) {
    return new Binding(tenant, key, "msgpack", false, null);
  }

  /** The additional authenticated data: each part behind its length. */
  byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(VERSION);
    append(bytes, tenant);
    append(bytes, key);
    append(bytes, format);
    // Python's words.
    append(bytes, compressed ? "True" : "False");
    if (originalType != null && !originalType.isEmpty()) {
      append(bytes, originalType);
    }
    return bytes.toByteArray();
  }

  private static void append(ByteArrayOutputStream bytes, String part) {
    byte[] utf8 = part.getBytes(StandardCharsets.UTF_8);
    bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(utf8.length).array());
    bytes.writeBytes(utf8);
  }
}

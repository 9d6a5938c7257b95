package dev.envelope.scan;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BiConsumer;

/** Writes what {@link FormReader} reads: big-endian numbers, and lengths before what has one. */
final class FormWriter {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final DataOutputStream out = new DataOutputStream(written);

  private interface Write {
    void run() throws IOException;
  }

  /** Writing to memory does not fail. */
  private static void run(Write write) {
    try {
      write.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void flag(boolean value) {
    run(() -> out.writeBoolean(value));
  }

  void number(int value) {
    run(() -> out.writeInt(value));
  }

  void number(long value) {
    run(() -> out.writeLong(value));
  }

  void bytes(byte[] value) {
    number(value.length);
    run(() -> out.write(value));
  }

  /** Text, which may be null. */
  void text(String value) {
    flag(value != null);
    if (value != null) {
      bytes(value.getBytes(StandardCharsets.UTF_8));
    }
  }

  <T> void list(List<T> values, BiConsumer<FormWriter, T> write) {
    number(values.size());
    values.forEach(value -> write.accept(this, value));
  }

  byte[] written() {
    return written.toByteArray();
  }
}

package dev.envelope.scan;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Reads what {@link FormWriter} wrote. Running out of bytes is a BufferUnderflowException. */
final class FormReader {
  private final ByteBuffer in;

  FormReader(byte[] written) {
    this.in = ByteBuffer.wrap(written);
  }

  boolean flag() {
    return in.get() != 0;
  }

  int number() {
    return in.getInt();
  }

  long longNumber() {
    return in.getLong();
  }

  byte[] bytes() {
    byte[] value = new byte[length()];
    in.get(value);
    return value;
  }

  String text() {
    return flag() ? new String(bytes(), StandardCharsets.UTF_8) : null;
  }

  /** A text that is never null. */
  String present() {
    String text = text();
    if (text == null) {
      throw new IllegalArgumentException("a text is missing");
    }
    return text;
  }

  <T> List<T> list(Function<FormReader, T> read) {
    int size = length();
    List<T> values = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      values.add(read.apply(this));
    }
    return values;
  }

  boolean atEnd() {
    return !in.hasRemaining();
  }

  /** Everything that has a length takes a byte at least. */
  private int length() {
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new java.nio.BufferUnderflowException();
    }
    return length;
  }
}

package dev.envelope.payload.document;

import java.io.InputStream;
import java.util.Objects;
import org.apache.arrow.memory.util.MemoryUtil;

/**
 * A JSON document in raw memory, or the rest of one, as a stream with a bracket before and behind
 * it: so that the rest of a list can be read from any element on. Not thread-safe.
 */
final class JsonInput extends InputStream {
  private final long base;
  private final long start;
  private final long end;

  /** Counts from the bracket in front, which is at {@code start - 1}. */
  private long position;

  /**
   * Reads memory at an address.
   *
   * @param address where to begin
   * @param length how many bytes there are
   * @param offset how far that is from the start of the stored value
   */
  JsonInput(long address, long length, long offset) {
    this.base = address - offset;
    this.start = address;
    this.end = address + length;
    this.position = address - 1;
  }

  /** The same document from another place on. */
  JsonInput at(long offset) {
    Objects.checkFromToIndex(start - base, offset, end - base);
    return new JsonInput(base + offset, end - base - offset, offset);
  }

  /** Where the next byte is taken from, in bytes from the start of the stored value. */
  long offset() {
    return position - base;
  }

  /** What a position in this stream is in bytes from the start of the stored value. */
  long offsetOf(long streamed) {
    return Math.max(start - base, Math.min(end - base, start - base - 1 + streamed));
  }

  @Override
  public int read() {
    if (position > end) {
      return -1;
    }
    long at = position++;
    return at < start ? '[' : at == end ? ']' : MemoryUtil.getByte(at) & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    if (position < start || position >= end) {
      int bracket = read();
      if (bracket < 0) {
        return -1;
      }
      target[offset] = (byte) bracket;
      return 1;
    }
    int count = (int) Math.min(length, end - position);
    MemoryUtil.copyFromMemory(position, target, offset, count);
    position += count;
    return count;
  }
}

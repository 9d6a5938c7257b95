package dev.envelope.memory;

/**
 * A part of a stored value.
 *
 * @param offset where it starts, in bytes from the start of the value; not negative
 * @param length how many bytes it has; not negative
 */
public record ByteRange(long offset, long length) {
  /** Refuses what no value can have. */
  public ByteRange {
    if (offset < 0 || length < 0 || offset > Long.MAX_VALUE - length) {
      throw new IllegalArgumentException(length + " bytes from " + offset);
    }
  }

  /** The offset after the last byte. */
  public long end() {
    return offset + length;
  }
}

package dev.envelope.payload.document;

import dev.envelope.CorruptEntryException;
import org.apache.arrow.memory.util.MemoryUtil;

/**
 * UTF-8 in raw memory: strict, so without surrogates, overlong forms and what is above U+10FFFF.
 */
final class Utf8 {
  /** Everything is well-formed. */
  static final long FINE = -1;

  private static final long HIGH_BITS = 0x8080808080808080L;

  /** The most bytes for one {@code char}. */
  static final int MOST_PER_CHAR = 3;

  private Utf8() {}

  /** The position of the first byte that is not part of well-formed text, or {@link #FINE}. */
  static long check(long address, long length) {
    long i = 0;
    while (i < length) {
      if (length - i >= Long.BYTES && (MemoryUtil.getLong(address + i) & HIGH_BITS) == 0) {
        i += Long.BYTES;
        continue;
      }
      int first = MemoryUtil.getByte(address + i);
      if (first >= 0) {
        i++;
        continue;
      }
      int count = sequence(address + i, length - i, first & 0xFF);
      if (count == 0) {
        return i;
      }
      i += count;
    }
    return FINE;
  }

  /** How long the sequence is that a byte of 0x80 and above begins; 0 for none. */
  private static int sequence(long address, long left, int first) {
    if (first < 0xC2 || first > 0xF4) {
      return 0;
    }
    int count = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (left < count) {
      return 0;
    }
    int second = MemoryUtil.getByte(address + 1) & 0xFF;
    int least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    int most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    if (second < least || second > most) {
      return 0;
    }
    for (int i = 2; i < count; i++) {
      if ((MemoryUtil.getByte(address + i) & 0xC0) != 0x80) {
        return 0;
      }
    }
    return count;
  }

  /**
   * Writes characters as UTF-8.
   *
   * @param offset where they began, for messages
   * @return how many bytes were written
   * @throws CorruptEntryException when half of a surrogate pair is missing
   */
  static long write(char[] chars, int from, int count, long address, long offset) {
    long to = address;
    int end = from + count;
    int i = from;
    for (; i < end && chars[i] < 0x80; i++) {
      MemoryUtil.putByte(to++, (byte) chars[i]);
    }
    for (; i < end; i++) {
      char c = chars[i];
      if (c < 0x80) {
        MemoryUtil.putByte(to++, (byte) c);
      } else if (c < 0x800) {
        MemoryUtil.putByte(to++, (byte) (0xC0 | c >> 6));
        MemoryUtil.putByte(to++, following(c));
      } else if (!Character.isSurrogate(c)) {
        MemoryUtil.putByte(to++, (byte) (0xE0 | c >> 12));
        MemoryUtil.putByte(to++, following(c >> 6));
        MemoryUtil.putByte(to++, following(c));
      } else if (Character.isHighSurrogate(c)
          && i + 1 < end
          && Character.isLowSurrogate(chars[i + 1])) {
        int point = Character.toCodePoint(c, chars[++i]);
        MemoryUtil.putByte(to++, (byte) (0xF0 | point >> 18));
        MemoryUtil.putByte(to++, following(point >> 12));
        MemoryUtil.putByte(to++, following(point >> 6));
        MemoryUtil.putByte(to++, following(point));
      } else {
        throw new CorruptEntryException(
            "a text has one half of a surrogate pair, which is no character", offset);
      }
    }
    return to - address;
  }

  private static byte following(int bits) {
    return (byte) (0x80 | (bits & 0x3F));
  }
}

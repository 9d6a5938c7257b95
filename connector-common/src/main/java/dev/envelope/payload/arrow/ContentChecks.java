package dev.envelope.payload.arrow;

import org.apache.arrow.memory.util.MemoryUtil;

/**
 * Passes over the contents of buffers, so that readers of raw addresses need no checks.
 *
 * <p>Every method is a loop over raw memory without branches for good values; where something is
 * wrong, or a value only looks wrong because its slot is null, a second pass finds out. Results are
 * the position of the first bad value, or {@link #FINE}.
 */
final class ContentChecks {
  /** Nothing is wrong. */
  static final long FINE = -1;

  private ContentChecks() {}

  /** Whether 32-bit offsets start at 0 or above and never go down. */
  static long ascending32(long address, long count) {
    int previous = count == 0 ? 0 : MemoryUtil.getInt(address);
    int signs = previous;
    for (long i = 1; i < count; i++) {
      int next = MemoryUtil.getInt(address + 4 * i);
      // With both at 0 or above their difference cannot overflow.
      signs |= next | (next - previous);
      previous = next;
    }
    if (signs >= 0) {
      return FINE;
    }
    int last = 0;
    for (long i = 0; i < count; i++) {
      int next = MemoryUtil.getInt(address + 4 * i);
      if (next < last) {
        return i;
      }
      last = next;
    }
    return FINE;
  }

  /** Whether 64-bit offsets start at 0 or above and never go down. */
  static long ascending64(long address, long count) {
    long previous = count == 0 ? 0 : MemoryUtil.getLong(address);
    long signs = previous;
    for (long i = 1; i < count; i++) {
      long next = MemoryUtil.getLong(address + 8 * i);
      signs |= next | (next - previous);
      previous = next;
    }
    if (signs >= 0) {
      return FINE;
    }
    long last = 0;
    for (long i = 0; i < count; i++) {
      long next = MemoryUtil.getLong(address + 8 * i);
      if (next < last) {
        return i;
      }
      last = next;
    }
    return FINE;
  }

  /**
   * Whether indices into a dictionary are within it.
   *
   * @param width 1, 2, 4 or 8 bytes
   * @param limit how many values the dictionary has
   * @param validity the address of the bitmap of slots that count, or 0 where all do
   */
  static long indices(
      long address, long count, int width, boolean signed, long limit, long validity) {
    long signs = 0;
    for (long i = 0; i < count; i++) {
      long index = index(address, i, width, signed);
      signs |= index | (limit - 1 - index);
    }
    if (signs >= 0) {
      return FINE;
    }
    for (long i = 0; i < count; i++) {
      long index = index(address, i, width, signed);
      if ((index < 0 || index >= limit) && valid(validity, i)) {
        return i;
      }
    }
    return FINE;
  }

  private static long index(long address, long position, int width, boolean signed) {
    return switch (width) {
      case 1 -> {
        byte index = MemoryUtil.getByte(address + position);
        yield signed ? index : Byte.toUnsignedLong(index);
      }
      case 2 -> {
        short index = MemoryUtil.getShort(address + 2 * position);
        yield signed ? index : Short.toUnsignedLong(index);
      }
      case 4 -> {
        int index = MemoryUtil.getInt(address + 4 * position);
        yield signed ? index : Integer.toUnsignedLong(index);
      }
      // An unsigned index of 2^63 and above is negative here, and out of range as well.
      default -> MemoryUtil.getLong(address + 8 * position);
    };
  }

  /**
   * Whether the views of strings or bytes lie within their buffers.
   *
   * @param sizes how long each data buffer is
   */
  static long views(long address, long count, long[] sizes, long validity) {
    for (long i = 0; i < count; i++) {
      long view = address + 16 * i;
      int length = MemoryUtil.getInt(view);
      if (length >= 0 && length <= 12) {
        continue;
      }
      int buffer = MemoryUtil.getInt(view + 8);
      int offset = MemoryUtil.getInt(view + 12);
      boolean within =
          length >= 0
              && buffer >= 0
              && buffer < sizes.length
              && offset >= 0
              && (long) offset + length <= sizes[buffer];
      if (!within && valid(validity, i)) {
        return i;
      }
    }
    return FINE;
  }

  /** Whether the offsets and sizes of a list view lie within its elements. */
  static long listViews(long offsets, long sizes, long count, long elements, long validity) {
    for (long i = 0; i < count; i++) {
      long offset = MemoryUtil.getInt(offsets + 4 * i);
      long size = MemoryUtil.getInt(sizes + 4 * i);
      if ((offset < 0 || size < 0 || offset + size > elements) && valid(validity, i)) {
        return i;
      }
    }
    return FINE;
  }

  /** How many of the first {@code count} bits are 0. */
  static long zeros(long address, long count) {
    long ones = 0;
    long words = count / 64;
    for (long i = 0; i < words; i++) {
      ones += Long.bitCount(MemoryUtil.getLong(address + 8 * i));
    }
    for (long i = words * 64; i < count; i++) {
      ones += bit(address, i);
    }
    return count - ones;
  }

  private static boolean valid(long validity, long position) {
    return validity == 0 || bit(validity, position) == 1;
  }

  private static int bit(long address, long position) {
    return MemoryUtil.getByte(address + (position >> 3)) >> (position & 7) & 1;
  }
}

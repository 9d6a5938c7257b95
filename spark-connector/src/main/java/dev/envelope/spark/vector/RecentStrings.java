package dev.envelope.spark.vector;

import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * The strings that a column gave lately, so that one that comes again costs a comparison and no new
 * object.
 *
 * <p>Columns to group and join by hold few different values. Spark's hash aggregate takes the bytes
 * of each as an array, which copies a string that is a view of memory outside of the heap, row
 * after row; one that is an array already is taken as it is. What is kept is a few small arrays of
 * bytes, and every answer was held against the entry's own bytes.
 *
 * <p>A column of many different values is noticed soon; then all of its strings are views. Not
 * thread-safe.
 */
final class RecentStrings {
  /** A power of two; enough for thousands of values, and still within a core's second cache. */
  private static final int SLOTS = 1 << 13;

  /** What leaves just so many bits of a long. */
  private static final int SHIFT = Long.numberOfLeadingZeros(SLOTS - 1);

  /** Longer ones are worth a view: comparing them costs as much as what it saves. */
  private static final int LONGEST = 64;

  /** How many strings are views before slots are made: small batches are not worth them. */
  static final int WARM_UP = 1 << 8;

  /** After how many strings the use is judged, and judged again. */
  private static final int ROUND = 1 << 13;

  /** Odd numbers that spread their factors' bits to the top: 2^64 divided by the golden ratio. */
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private static final long SPREAD_END = 0xC2B2AE3D27D4EB4FL;

  private static final long BYTES = Platform.BYTE_ARRAY_OFFSET;

  private UTF8String[] strings;
  private int asked;
  private int missed;
  private boolean wanted = true;

  /** The string at an address: one that was given before, or a view. */
  UTF8String at(long address, int length) {
    asked++;
    if (length > LONGEST || !ready()) {
      return UTF8String.fromAddress(null, address, length);
    }
    long start = start(null, address, length);
    long end = end(null, address, length);
    long mixed = ((start * SPREAD) ^ (end * SPREAD_END)) + length;
    int slot = (int) (((mixed ^ (mixed >>> 32)) * SPREAD) >>> SHIFT);
    UTF8String known = strings[slot];
    if (known != null && known.numBytes() == length && same(known, start, end, address)) {
      return known;
    }
    missed++;
    byte[] bytes = new byte[length];
    Platform.copyMemory(null, address, bytes, BYTES, length);
    strings[slot] = UTF8String.fromBytes(bytes);
    return strings[slot];
  }

  private static boolean same(UTF8String known, long start, long end, long address) {
    Object bytes = known.getBaseObject();
    int length = known.numBytes();
    if (start(bytes, BYTES, length) != start || end(bytes, BYTES, length) != end) {
      return false;
    }
    // The last step may look at some of the end again, never past it.
    for (int i = Long.BYTES; i < length - Long.BYTES; i += Long.BYTES) {
      if (Platform.getLong(bytes, BYTES + i) != Platform.getLong(null, address + i)) {
        return false;
      }
    }
    return true;
  }

  /** The first eight bytes, or all of fewer. */
  private static long start(Object base, long offset, int length) {
    if (length >= Long.BYTES) {
      return Platform.getLong(base, offset);
    }
    if (length >= Integer.BYTES) {
      return ((long) Platform.getInt(base, offset) << 32)
          ^ Integer.toUnsignedLong(Platform.getInt(base, offset + length - Integer.BYTES));
    }
    if (length == 0) {
      return 0;
    }
    return ((long) Platform.getByte(base, offset) << 16)
        ^ ((Platform.getByte(base, offset + length / 2) & 0xFF) << 8)
        ^ (Platform.getByte(base, offset + length - 1) & 0xFF);
  }

  /** The last eight bytes, where there are that many. */
  private static long end(Object base, long offset, int length) {
    return length < Long.BYTES ? 0 : Platform.getLong(base, offset + length - Long.BYTES);
  }

  /** Whether there are slots to look into. */
  private boolean ready() {
    if (strings == null) {
      if (!wanted || asked <= WARM_UP) {
        return false;
      }
      strings = new UTF8String[SLOTS];
    } else if (asked >= ROUND) {
      wanted = missed <= ROUND / 4 * 3;
      asked = 0;
      missed = 0;
      if (!wanted) {
        strings = null;
      }
      return wanted;
    }
    return true;
  }
}

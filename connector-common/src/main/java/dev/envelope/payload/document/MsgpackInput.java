package dev.envelope.payload.document;

import dev.envelope.CorruptEntryException;
import org.apache.arrow.memory.util.MemoryUtil;

/**
 * Reads the heads of MessagePack values in raw memory; a text's or byte string's own bytes are
 * passed over with its head, and stay where they are.
 *
 * <p>Not msgpack-java's unpacker: that reads off-heap memory through an opened {@code java.nio}
 * only, at most 2 GiB of it, and copies every text to the heap before it could go into a vector.
 * The format is at <a
 * href="https://github.com/msgpack/msgpack/blob/master/spec.md">msgpack/spec.md</a>. Not
 * thread-safe.
 */
public final class MsgpackInput {
  public static final int NIL = 0;
  public static final int BOOL = 1;
  public static final int INT = 2;

  /** At least 2^63; the bits are in {@link #number}. */
  public static final int UNSIGNED = 3;

  public static final int FLOAT = 4;
  public static final int STR = 5;
  public static final int BIN = 6;
  public static final int EXT = 7;
  public static final int ARRAY = 8;
  public static final int MAP = 9;

  private final long base;
  private final long start;
  private final long end;
  private long position;

  /** An integer, or a boolean as 0 or 1. */
  public long number;

  public double real;

  /** How many bytes a STR, BIN or EXT has, or how many elements or entries an ARRAY or MAP. */
  public long length;

  /** The address of the bytes of a STR, BIN or EXT. */
  public long payload;

  int extType;

  /**
   * Reads a part of the memory at an address.
   *
   * @param address where the document begins
   * @param length how long it is
   * @param offset how far the document is from the start of the stored value, for messages
   */
  public MsgpackInput(long address, long length, long offset) {
    this.base = address - offset;
    this.start = address;
    this.position = address;
    this.end = address + length;
  }

  /** Another one over the same document, in front of a value. */
  public MsgpackInput at(long offset) {
    MsgpackInput other = new MsgpackInput(start, end - start, start - base);
    other.seek(base + offset);
    return other;
  }

  /** The address of the next head. */
  public long position() {
    return position;
  }

  /** The same in bytes from the start of the stored value. */
  public long offset() {
    return position - base;
  }

  /** What an address is in bytes from the start of the stored value. */
  public long offsetOf(long address) {
    return address - base;
  }

  /** How many bytes are left. */
  public long left() {
    return end - position;
  }

  void seek(long address) {
    if (address < start || address > end) {
      throw new CorruptEntryException(
          "a value is said to be outside of its document", address - base);
    }
    position = address;
  }

  /** Reads the next head; what the fields say holds until the next call. */
  public int head() {
    if (position >= end) {
      throw cutOff(position);
    }
    int b = MemoryUtil.getByte(position++);
    if (b >= 0) {
      number = b;
      return INT;
    }
    if (b >= -32) {
      number = b;
      return INT;
    }
    b &= 0xFF;
    if (b < 0x90) {
      length = b & 0x0F;
      return MAP;
    }
    if (b < 0xA0) {
      length = b & 0x0F;
      return ARRAY;
    }
    if (b < 0xC0) {
      return run(STR, b & 0x1F);
    }
    return wide(b);
  }

  private int wide(int b) {
    return switch (b) {
      case 0xC0 -> NIL;
      case 0xC2, 0xC3 -> {
        number = b & 1;
        yield BOOL;
      }
      case 0xC4, 0xC5, 0xC6 -> run(BIN, unsigned(1 << (b - 0xC4)));
      case 0xC7, 0xC8, 0xC9 -> extension(unsigned(1 << (b - 0xC7)));
      case 0xCA -> real(Float.intBitsToFloat((int) unsigned(4)));
      case 0xCB -> real(Double.longBitsToDouble(unsigned(8)));
      case 0xCC, 0xCD, 0xCE -> integer(unsigned(1 << (b - 0xCC)));
      case 0xCF -> {
        number = unsigned(8);
        yield number < 0 ? UNSIGNED : INT;
      }
      case 0xD0 -> integer((byte) unsigned(1));
      case 0xD1 -> integer((short) unsigned(2));
      case 0xD2 -> {
        int signed = (int) unsigned(4);
        yield integer(signed);
      }
      case 0xD3 -> integer(unsigned(8));
      case 0xD4, 0xD5, 0xD6, 0xD7, 0xD8 -> extension(1L << (b - 0xD4));
      case 0xD9, 0xDA, 0xDB -> run(STR, unsigned(1 << (b - 0xD9)));
      case 0xDC, 0xDD -> container(ARRAY, unsigned(2 << (b - 0xDC)));
      case 0xDE, 0xDF -> container(MAP, unsigned(2 << (b - 0xDE)));
      default -> throw new CorruptEntryException("0xC1 begins no MessagePack value", offset() - 1);
    };
  }

  private int integer(long value) {
    number = value;
    return INT;
  }

  private int real(double value) {
    real = value;
    return FLOAT;
  }

  private int container(int type, long count) {
    length = count;
    return type;
  }

  private int extension(long bytes) {
    extType = (byte) unsigned(1);
    return run(EXT, bytes);
  }

  private long unsigned(int bytes) {
    if (end - position < bytes) {
      throw cutOff(position);
    }
    long at = position;
    position += bytes;
    return switch (bytes) {
      case 1 -> MemoryUtil.getByte(at) & 0xFF;
      case 2 -> Short.reverseBytes(MemoryUtil.getShort(at)) & 0xFFFF;
      case 4 -> Integer.reverseBytes(MemoryUtil.getInt(at)) & 0xFFFF_FFFFL;
      default -> Long.reverseBytes(MemoryUtil.getLong(at));
    };
  }

  private int run(int type, long bytes) {
    length = bytes;
    if (length > end - position) {
      throw new CorruptEntryException(
          "a value of " + length + " bytes is announced, " + left() + " are left", offset());
    }
    payload = position;
    position += length;
    return type;
  }

  private CorruptEntryException cutOff(long address) {
    return new CorruptEntryException(
        "the MessagePack document ends in the middle of a value", address - base);
  }

  /** Passes over a value and all that is in it. */
  public void skip() {
    skip(Long.MAX_VALUE);
  }

  /**
   * Passes over a value of not too many parts.
   *
   * @param most how many heads are looked at
   * @return how many were looked at, or 0 when the value has more
   */
  long skip(long most) {
    long heads = 0;
    for (long left = 1; left > 0; left--) {
      if (heads == most) {
        return 0;
      }
      heads++;
      switch (head()) {
        case ARRAY -> left += length;
        case MAP -> left += 2 * length;
        default -> {
          // The head was all of it.
        }
      }
    }
    return heads;
  }
}

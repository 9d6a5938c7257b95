package dev.envelope.payload.document;

import dev.envelope.CorruptEntryException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.payload.numpy.NumpyType;
import java.math.BigInteger;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.apache.arrow.memory.util.MemoryUtil;

/** Goes over the elements of a marked NumPy array: a list within a list for every dimension. */
final class ArrayCursor {
  /** NumPy's own limit, since 2.0. */
  static final int MOST_DIMENSIONS = 64;

  /** How many lists are made where their own size is 0, so that no data stands behind them. */
  private static final long MOST_EMPTY_LISTS = 65_536;

  private static final long MICROS = 1_000_000;
  private static final long NOT_A_TIME = Long.MIN_VALUE;

  private static final Charset UTF_32LE = Charset.forName("UTF-32LE");
  private static final Charset UTF_32BE = Charset.forName("UTF-32BE");

  private final NumpyType type;
  private final long[] shape;
  private final long offset;
  private long address;
  private int depth;
  private boolean begun;
  private long number;
  private double real;
  private long size;
  private byte[] text;

  /**
   * Stands in front of the array.
   *
   * @param shape how many elements each dimension has
   * @param data the address of the elements, in C order
   * @param bytes how many bytes they take
   * @param offset where the array is, for messages
   * @throws CorruptEntryException when the shape asks for other than these bytes
   */
  ArrayCursor(NumpyType type, long[] shape, long data, long bytes, long offset) {
    this.type = type;
    this.shape = shape;
    this.address = data;
    this.offset = offset;
    check(bytes);
  }

  private void check(long bytes) {
    long count = 1;
    boolean empty = false;
    for (long dimension : shape) {
      empty |= dimension == 0;
      if (dimension < 0) {
        throw new CorruptEntryException("an array has a dimension below 0", offset);
      }
    }
    for (long dimension : shape) {
      if (dimension == 0) {
        break;
      }
      if (dimension > (empty ? MOST_EMPTY_LISTS : bytes) / count) {
        if (empty) {
          throw new UnsupportedEntryException(
              "an array at byte %d is more than %d lists of nothing"
                  .formatted(offset, MOST_EMPTY_LISTS));
        }
        throw mismatch();
      }
      count *= dimension;
    }
    if (empty ? bytes != 0 : bytes % type.bytes() != 0 || count != bytes / type.bytes()) {
      throw mismatch();
    }
  }

  private CorruptEntryException mismatch() {
    return new CorruptEntryException(
        "the shape and the dtype of an array ask for another number of bytes than it has", offset);
  }

  /** Whether everything was handed out. */
  boolean finished() {
    return begun && depth == 0;
  }

  int next() {
    begun = true;
    if (depth < shape.length) {
      size = shape[depth++];
      return Kind.LIST;
    }
    long at = address;
    address += type.bytes();
    return switch (type.kind()) {
      case 'b' -> {
        number = MemoryUtil.getByte(at) == 0 ? 0 : 1;
        yield Kind.BOOL;
      }
      case 'i' -> {
        int above = Long.SIZE - Byte.SIZE * type.bytes();
        number = (raw(at) << above) >> above;
        yield Kind.INT;
      }
      case 'u' -> {
        number = raw(at);
        yield number < 0 ? Kind.BIG : Kind.INT;
      }
      case 'f' -> {
        real = real(at);
        yield Kind.DOUBLE;
      }
      case 'M' -> time(raw(at));
      case 'S' -> {
        text = trimmed(at, 1);
        yield Kind.BYTES;
      }
      default -> {
        String chars = new String(trimmed(at, 4), type.bigEndian() ? UTF_32BE : UTF_32LE);
        text = chars.getBytes(StandardCharsets.UTF_8);
        yield Kind.TEXT;
      }
    };
  }

  private double real(long at) {
    return switch (type.bytes()) {
      case 2 -> half((int) raw(at));
      case 4 -> Float.intBitsToFloat((int) raw(at));
      default -> Double.longBitsToDouble(raw(at));
    };
  }

  /** The bytes of an element without the zeros that fill it up. */
  private byte[] trimmed(long at, int unit) {
    int count = type.bytes();
    while (count > 0 && isZero(at + count - unit, unit)) {
      count -= unit;
    }
    byte[] bytes = new byte[count];
    MemoryUtil.copyFromMemory(at, bytes, 0, count);
    return bytes;
  }

  private static boolean isZero(long at, int unit) {
    return unit == 1 ? MemoryUtil.getByte(at) == 0 : MemoryUtil.getInt(at) == 0;
  }

  /** The bits of an element, with zeros above. */
  private long raw(long at) {
    boolean big = type.bigEndian();
    return switch (type.bytes()) {
      case 1 -> MemoryUtil.getByte(at) & 0xFF;
      case 2 -> {
        short two = MemoryUtil.getShort(at);
        yield (big ? Short.reverseBytes(two) : two) & 0xFFFF;
      }
      case 4 -> {
        int four = MemoryUtil.getInt(at);
        yield (big ? Integer.reverseBytes(four) : four) & 0xFFFF_FFFFL;
      }
      default -> {
        long eight = MemoryUtil.getLong(at);
        yield big ? Long.reverseBytes(eight) : eight;
      }
    };
  }

  private int time(long units) {
    if (units == NOT_A_TIME) {
      return Kind.NULL;
    }
    long per = type.perSecond();
    if (per > MICROS) {
      number = Math.floorDiv(units, per / MICROS);
      return Kind.LOCAL;
    }
    long factor = per > 0 ? MICROS / per : -per * MICROS;
    if (units > Long.MAX_VALUE / factor || units < Long.MIN_VALUE / factor) {
      throw new UnsupportedEntryException(
          "an array at byte %d has a time beyond what 64 bits of microseconds hold"
              .formatted(offset));
    }
    number = units * factor;
    return Kind.LOCAL;
  }

  /** A float of 16 bits (IEEE 754 binary16). */
  private static double half(int bits) {
    int exponent = bits >> 10 & 0x1F;
    int fraction = bits & 0x3FF;
    double magnitude =
        switch (exponent) {
          case 0 -> fraction * 0x1p-24;
          case 0x1F -> fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
          default -> Math.scalb(1 + fraction * 0x1p-10, exponent - 15);
        };
    return (bits & 0x8000) == 0 ? magnitude : -magnitude;
  }

  /** Says that a list was read to its end. */
  void leave() {
    depth--;
  }

  long number() {
    return number;
  }

  double real() {
    return real;
  }

  long size() {
    return size;
  }

  long copyBound() {
    return text.length;
  }

  long copy(long to) {
    MemoryUtil.copyToMemory(text, 0, to, text.length);
    return text.length;
  }

  String text() {
    return new String(text, StandardCharsets.UTF_8);
  }

  byte[] bytes() {
    return text.clone();
  }

  BigInteger big() {
    return new BigInteger(Long.toUnsignedString(number));
  }
}

package dev.envelope.payload.document;

import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;

/** Values of one width, one behind the other. */
abstract class FixedSink extends Sink {
  private final int width;
  private final GrowingBuffer data;

  FixedSink(Place place, Budget budget, int slots, int width) {
    super(place, budget, slots);
    this.width = width;
    try {
      this.data = new GrowingBuffer(budget, (long) slots * width);
    } catch (RuntimeException e) {
      super.close();
      throw e;
    }
  }

  @Override
  final void put(int slot, int kind, Cursor cursor) {
    data.ensure((slot + 1L) * width);
    if (!store(data.address() + (long) slot * width, kind, cursor)) {
      throw place().misfit(cursor, kind);
    }
  }

  /** Writes a value, if the type holds it. */
  abstract boolean store(long address, int kind, Cursor cursor);

  @Override
  final void putNull(int slot) {
    data.ensure((slot + 1L) * width);
    MemoryUtil.setMemory(data.address() + (long) slot * width, width, (byte) 0);
  }

  @Override
  final void finish(int slots, List<ArrowFieldNode> nodes, List<ArrowBuf> buffers) {
    super.finish(slots, nodes, buffers);
    buffers.add(data.written((long) slots * width));
  }

  @Override
  public final void close() {
    data.close();
    super.close();
  }

  /** Integers of 8 to 64 bits. */
  static final class Integers extends FixedSink {
    private final int width;
    private final boolean signed;
    private final long least;
    private final long most;

    Integers(Place place, Budget budget, int slots, int bits, boolean signed) {
      super(place, budget, slots, bits / Byte.SIZE);
      this.width = bits / Byte.SIZE;
      this.signed = signed;
      this.most = bits == Long.SIZE ? Long.MAX_VALUE : (1L << (signed ? bits - 1 : bits)) - 1;
      this.least = signed ? -1L << (bits - 1) : 0;
    }

    @Override
    boolean store(long address, int kind, Cursor cursor) {
      long number = cursor.number();
      if (kind == Kind.BIG) {
        boolean fits = !signed && width == Long.BYTES && cursor.big().bitLength() <= Long.SIZE;
        if (!fits || cursor.big().signum() < 0) {
          return false;
        }
        number = cursor.big().longValue();
      } else if (number < least || number > most || !isInteger(kind)) {
        return false;
      }
      switch (width) {
        case 1 -> MemoryUtil.putByte(address, (byte) number);
        case 2 -> MemoryUtil.putShort(address, (short) number);
        case 4 -> MemoryUtil.putInt(address, (int) number);
        default -> MemoryUtil.putLong(address, number);
      }
      return true;
    }

    /** A time of day is a number of microseconds to the engines that have no type for it. */
    private boolean isInteger(int kind) {
      return kind == Kind.INT || (kind == Kind.TIME && width == Long.BYTES);
    }
  }

  /** Floats of 64 bits, or of 32 where nothing is lost by that. */
  static final class Floats extends FixedSink {
    private final boolean wide;

    Floats(Place place, Budget budget, int slots, boolean wide) {
      super(place, budget, slots, wide ? Double.BYTES : Float.BYTES);
      this.wide = wide;
    }

    @Override
    boolean store(long address, int kind, Cursor cursor) {
      double number;
      if (kind == Kind.DOUBLE) {
        number = cursor.real();
      } else if (kind == Kind.INT) {
        number = cursor.number();
        if (!isExact(number, cursor.number())) {
          return false;
        }
      } else {
        return false;
      }
      if (wide) {
        MemoryUtil.putLong(address, Double.doubleToRawLongBits(number));
        return true;
      }
      float narrow = (float) number;
      MemoryUtil.putInt(address, Float.floatToRawIntBits(narrow));
      return narrow == number || Double.isNaN(number);
    }

    private static boolean isExact(double number, long integer) {
      // 2^63 itself is no long, and casting to long would make it the largest one.
      return number < 0x1p63 && (long) number == integer;
    }
  }

  /** Days, or microseconds since 1970 or since midnight. */
  static final class Times extends FixedSink {
    private final int wanted;

    Times(Place place, Budget budget, int slots, int wanted) {
      super(place, budget, slots, wanted == Kind.DATE ? Integer.BYTES : Long.BYTES);
      this.wanted = wanted;
    }

    @Override
    boolean store(long address, int kind, Cursor cursor) {
      if (kind != wanted) {
        return false;
      }
      if (kind == Kind.DATE) {
        MemoryUtil.putInt(address, (int) cursor.number());
      } else {
        MemoryUtil.putLong(address, cursor.number());
      }
      return true;
    }
  }
}

package dev.envelope.payload.document;

import dev.envelope.CorruptEntryException;
import dev.envelope.UnsupportedEntryException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.apache.arrow.memory.util.MemoryUtil;

/**
 * Goes over a MessagePack document whose structure was checked. Maps that are markers come as what
 * they stand for.
 */
final class MsgpackCursor extends Cursor {
  /** The extension type of times, in the specification of MessagePack. */
  private static final int TIMESTAMP = -1;

  private static final long MICROS = 1_000_000;

  private final MsgpackInput in;
  private final Markers markers;
  private ArrayCursor array;
  private long tokenStart;
  private long textAddress;
  private long textLength;

  private long keyAddress;
  private long keyLength;
  private String otherKey;

  /**
   * Lists of markers whose map goes on behind the list: at which depth, and by how many entries.
   */
  private int depth;

  private int[] tailDepths = new int[4];
  private long[] tailEntries = new long[4];
  private int tails;

  /**
   * Stands in front of the first value.
   *
   * @param markers recognises markers, or null where the document is known to have none
   */
  MsgpackCursor(MsgpackInput in, Markers markers) {
    this.in = in;
    this.markers = markers;
  }

  @Override
  Cursor at(long offset) {
    MsgpackInput other = in.at(offset);
    MsgpackCursor cursor = new MsgpackCursor(other, markers == null ? null : markers.over(other));
    cursor.row(row());
    return cursor;
  }

  @Override
  int next() {
    dropFinishedArray();
    if (array != null) {
      return fromArray();
    }
    tokenStart = in.position();
    return switch (in.head()) {
      case MsgpackInput.NIL -> Kind.NULL;
      case MsgpackInput.BOOL -> number(Kind.BOOL);
      case MsgpackInput.INT -> number(Kind.INT);
      case MsgpackInput.UNSIGNED -> number(Kind.BIG);
      case MsgpackInput.FLOAT -> {
        real = in.real;
        yield Kind.DOUBLE;
      }
      case MsgpackInput.STR -> run(Kind.TEXT, in.payload, in.length);
      case MsgpackInput.BIN -> run(Kind.BYTES, in.payload, in.length);
      case MsgpackInput.ARRAY -> open(Kind.LIST, in.length);
      case MsgpackInput.MAP -> map(in.length);
      default -> {
        number = timestamp();
        yield Kind.INSTANT;
      }
    };
  }

  private int number(int kind) {
    number = in.number;
    return kind;
  }

  private int open(int kind, long count) {
    size = count;
    depth++;
    return kind;
  }

  private int map(long entries) {
    if (markers == null || entries == 0) {
      return open(Kind.MAP, entries);
    }
    int marker = markers.read(entries);
    if (marker == Markers.NONE) {
      return open(Kind.MAP, entries);
    }
    if (marker == Markers.LIST) {
      open(Kind.LIST, markers.length());
      tail(markers.entriesLeft());
      return Kind.LIST;
    }
    if (marker == Markers.ARRAY) {
      array = markers.array();
      return fromArray();
    }
    number = markers.number();
    return marker == Kind.TEXT ? run(marker, markers.address(), markers.length()) : marker;
  }

  private int run(int kind, long address, long length) {
    textAddress = address;
    textLength = length;
    return kind;
  }

  private int fromArray() {
    int kind = array.next();
    number = array.number();
    real = array.real();
    size = array.size();
    return kind;
  }

  /** What was read last of an array stays readable until the next call. */
  private void dropFinishedArray() {
    if (array != null && array.finished()) {
      array = null;
    }
  }

  private void tail(long entries) {
    if (entries == 0) {
      return;
    }
    if (tails == tailDepths.length) {
      tailDepths = Arrays.copyOf(tailDepths, 2 * tails);
      tailEntries = Arrays.copyOf(tailEntries, 2 * tails);
    }
    tailDepths[tails] = depth;
    tailEntries[tails++] = entries;
  }

  @Override
  boolean more(long done, long size) {
    if (done < size) {
      return true;
    }
    dropFinishedArray();
    if (array != null) {
      array.leave();
      return false;
    }
    if (tails > 0 && tailDepths[tails - 1] == depth) {
      for (long i = 2 * tailEntries[--tails]; i > 0; i--) {
        in.skip();
      }
    }
    depth--;
    return false;
  }

  @Override
  void key() {
    otherKey = null;
    long start = in.offset();
    switch (in.head()) {
      case MsgpackInput.STR -> {
        keyAddress = in.payload;
        keyLength = in.length;
      }
      case MsgpackInput.NIL -> otherKey = "null";
      case MsgpackInput.BOOL -> otherKey = in.number == 1 ? "true" : "false";
      case MsgpackInput.INT -> otherKey = Long.toString(in.number);
      case MsgpackInput.UNSIGNED -> otherKey = Long.toUnsignedString(in.number);
      case MsgpackInput.FLOAT -> otherKey = CanonicalJson.text(in.real);
      case MsgpackInput.BIN ->
          otherKey = Base64.getEncoder().encodeToString(copyOf(in.payload, in.length));
      default ->
          throw new CorruptEntryException(
              "the key of a map is a list, a map or an extension, which no key can be", start);
    }
  }

  @Override
  boolean keyIs(Key key) {
    return otherKey == null && key.is(keyAddress, keyLength);
  }

  @Override
  String keyText() {
    if (otherKey != null) {
      return otherKey;
    }
    if (keyLength > CanonicalJson.MOST_KEY) {
      throw CanonicalJson.tooLong(in.offsetOf(keyAddress));
    }
    return string(keyAddress, keyLength);
  }

  @Override
  void skip() {
    in.skip();
  }

  @Override
  long copyBound() {
    return array != null ? array.copyBound() : textLength;
  }

  @Override
  long copy(long address) {
    if (array != null) {
      return array.copy(address);
    }
    MemoryUtil.copyMemory(textAddress, address, textLength);
    return textLength;
  }

  @Override
  String text() {
    return array != null ? array.text() : string(textAddress, textLength);
  }

  @Override
  byte[] bytes() {
    return array != null ? array.bytes() : copyOf(textAddress, textLength);
  }

  private String string(long address, long length) {
    return new String(copyOf(address, length), StandardCharsets.UTF_8);
  }

  private byte[] copyOf(long address, long length) {
    if (length > CanonicalJson.MOST) {
      throw CanonicalJson.tooLong(in.offsetOf(address));
    }
    byte[] bytes = new byte[(int) length];
    MemoryUtil.copyFromMemory(address, bytes, 0, length);
    return bytes;
  }

  @Override
  BigInteger big() {
    if (array != null) {
      return array.big();
    }
    return new BigInteger(Long.toUnsignedString(number));
  }

  @Override
  long offset() {
    return in.offsetOf(tokenStart);
  }

  private long timestamp() {
    if (in.extType != TIMESTAMP) {
      throw new UnsupportedEntryException(
          "a value at byte %d is of MessagePack's extension type %d, which has no meaning outside of the program that wrote it"
              .formatted(offset(), in.extType));
    }
    long at = in.payload;
    long seconds;
    long nanos;
    if (in.length == 4) {
      seconds = Integer.reverseBytes(MemoryUtil.getInt(at)) & 0xFFFF_FFFFL;
      nanos = 0;
    } else if (in.length == 8) {
      long both = Long.reverseBytes(MemoryUtil.getLong(at));
      seconds = both & (1L << 34) - 1;
      nanos = both >>> 34;
    } else if (in.length == 12) {
      nanos = Integer.reverseBytes(MemoryUtil.getInt(at)) & 0xFFFF_FFFFL;
      seconds = Long.reverseBytes(MemoryUtil.getLong(at + 4));
    } else {
      throw new CorruptEntryException(
          "a MessagePack timestamp has 4, 8 or 12 bytes, this one " + in.length, offset());
    }
    if (nanos > 999_999_999) {
      throw new CorruptEntryException(
          "a timestamp has more than a second of nanoseconds", offset());
    }
    long limit = Long.MAX_VALUE / MICROS - 1;
    if (seconds > limit || seconds < -limit) {
      throw new UnsupportedEntryException(
          "a timestamp at byte %d is beyond what 64 bits of microseconds hold".formatted(offset()));
    }
    return seconds * MICROS + nanos / 1000;
  }
}

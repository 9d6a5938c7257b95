package dev.envelope.payload.document;

import dev.envelope.CorruptEntryException;
import dev.envelope.payload.numpy.NumpyType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.memory.util.MemoryUtil;

/**
 * Recognises the maps that stand for a value that MessagePack does not have, and reads them. Looks
 * for the marker's key among the first {@value #LOOKED_AT} parts of a map, so that maps within maps
 * are not read again and again; cachekit writes it first. Not thread-safe.
 */
final class Markers {
  /** An ordinary map; the input stands behind its head again. */
  static final int NONE = 0;

  /** A list, whose first element the input stands in front of. */
  static final int LIST = -1;

  /** An array of NumPy; the input stands behind the map. */
  static final int ARRAY = -2;

  /** How many heads a map is looked into for a marker's key. */
  private static final int LOOKED_AT = 64;

  private static final int DATETIME = 0;
  private static final int DATE = 1;
  private static final int TIME = 2;
  private static final int UUID = 3;
  private static final int TUPLE = 4;
  private static final int SET = 5;
  private static final int NDARRAY = 6;

  private static final List<String> NAMES =
      List.of("datetime", "date", "time", "uuid", "tuple", "set", "ndarray");

  private static final Key[] KEYS =
      NAMES.stream().map(name -> new Key("__" + name + "__")).toArray(Key[]::new);

  private static final Key VALUE = new Key("value");
  private static final Key DATA = new Key("data");
  private static final Key SHAPE = new Key("shape");
  private static final Key DTYPE = new Key("dtype");

  private final MsgpackInput in;
  private final MarkerRules rules;
  private final IsoTime iso = new IsoTime();
  private long number;
  private long address;
  private long length;
  private long entriesLeft;
  private ArrayCursor array;

  Markers(MsgpackInput in, MarkerRules rules) {
    this.in = in;
    this.rules = rules;
  }

  /** The same for another reader of the document. */
  Markers over(MsgpackInput other) {
    return new Markers(other, rules);
  }

  /** Whether a text is the key of a marker. */
  static boolean isName(long address, long length) {
    return name(address, length) >= 0;
  }

  private static int name(long address, long length) {
    if (length < 7 || length > 12 || MemoryUtil.getShort(address) != ('_' | '_' << 8)) {
      return -1;
    }
    for (int i = 0; i < KEYS.length; i++) {
      if (KEYS[i].is(address, length)) {
        return i;
      }
    }
    return -1;
  }

  /** The time. */
  long number() {
    return number;
  }

  /** The address of the text. */
  long address() {
    return address;
  }

  /** How many bytes the text has, or how many elements the list. */
  long length() {
    return length;
  }

  /** How many entries of the marker are behind the list. */
  long entriesLeft() {
    return entriesLeft;
  }

  ArrayCursor array() {
    return array;
  }

  /**
   * Looks at a map behind whose head the input stands.
   *
   * @param entries how many entries it has, at least 1
   * @return {@link #NONE}, {@link #LIST}, {@link #ARRAY} or a {@link Kind}
   */
  int read(long entries) {
    long start = in.position();
    int marker = find(entries);
    in.seek(start);
    if (marker < 0) {
      return NONE;
    }
    long offset = in.offset();
    if (marker == NDARRAY) {
      return ndarray(entries, offset);
    }
    long left = seek(VALUE, entries);
    if (left < 0) {
      if (rules == MarkerRules.INTEROP) {
        in.seek(start);
        return NONE;
      }
      throw new CorruptEntryException("a " + NAMES.get(marker) + " marker has no 'value'", offset);
    }
    return marker == TUPLE || marker == SET
        ? list(marker, left, offset)
        : scalar(marker, left, start);
  }

  /** Which marker the map is, or -1. */
  private int find(long entries) {
    long budget = LOOKED_AT;
    for (long i = 0; i < entries; i++) {
      int head = in.head();
      if (head == MsgpackInput.ARRAY || head == MsgpackInput.MAP) {
        // No key; whoever reads the map says so.
        return -1;
      }
      int marker = head == MsgpackInput.STR ? name(in.payload, in.length) : -1;
      if (marker >= 0) {
        long value = in.position();
        if (claims(marker, entries)) {
          return marker;
        }
        in.seek(value);
      }
      long used = in.skip(budget);
      budget -= used + 1;
      if (used == 0 || budget <= 0) {
        return -1;
      }
    }
    return -1;
  }

  /** Whether the value that comes next makes the map a marker. */
  private boolean claims(int marker, long entries) {
    boolean time = marker <= TIME;
    if (rules == MarkerRules.INTEROP && !time) {
      return false;
    }
    return switch (in.head()) {
      case MsgpackInput.BOOL -> in.number == 1;
      case MsgpackInput.INT, MsgpackInput.UNSIGNED -> loose(time, entries) && in.number != 0;
      case MsgpackInput.FLOAT -> loose(time, entries) && in.real != 0;
      case MsgpackInput.NIL -> false;
      case MsgpackInput.EXT -> loose(time, entries);
      default -> loose(time, entries) && in.length > 0;
    };
  }

  /** Whether what Python holds for true is enough: for the serializer {@code default} it is. */
  private boolean loose(boolean time, long entries) {
    return rules == MarkerRules.CACHEKIT && time && entries == 2;
  }

  /**
   * Goes to the value of an entry.
   *
   * @return how many entries follow it, or -1 when there is none of that key
   */
  private long seek(Key key, long entries) {
    for (long i = 0; i < entries; i++) {
      if (in.head() == MsgpackInput.STR && key.is(in.payload, in.length)) {
        return entries - i - 1;
      }
      in.skip();
    }
    return -1;
  }

  private int list(int marker, long left, long offset) {
    if (in.head() != MsgpackInput.ARRAY) {
      throw new CorruptEntryException(
          "the 'value' of a " + NAMES.get(marker) + " marker is no list", offset);
    }
    length = in.length;
    entriesLeft = left;
    return LIST;
  }

  private int scalar(int marker, long left, long start) {
    long offset = in.offset();
    if (in.head() != MsgpackInput.STR) {
      if (rules == MarkerRules.INTEROP) {
        in.seek(start);
        return NONE;
      }
      throw new CorruptEntryException(
          "the 'value' of a " + NAMES.get(marker) + " marker is no text", offset);
    }
    address = in.payload;
    length = in.length;
    int kind;
    switch (marker) {
      case DATETIME -> {
        number = iso.dateTime(address, length, offset);
        kind = iso.zoned() ? Kind.INSTANT : Kind.LOCAL;
      }
      case DATE -> {
        number = iso.date(address, length, offset);
        kind = Kind.DATE;
      }
      case TIME -> {
        number = iso.time(address, length, offset);
        // No column holds a time of day with a zone.
        kind = iso.zoned() ? Kind.TEXT : Kind.TIME;
      }
      case UUID -> kind = Kind.TEXT;
      default -> throw new IllegalArgumentException("marker " + marker);
    }
    pass(left);
    return kind;
  }

  private int ndarray(long entries, long offset) {
    long start = in.position();
    require(DATA, entries, MsgpackInput.BIN, offset);
    long data = in.payload;
    long bytes = in.length;
    in.seek(start);
    require(DTYPE, entries, MsgpackInput.STR, offset);
    byte[] dtype = new byte[(int) Math.min(in.length, NumpyType.LONGEST_NAME + 1)];
    MemoryUtil.copyFromMemory(in.payload, dtype, 0, dtype.length);
    String name = new String(dtype, StandardCharsets.UTF_8);
    NumpyType type = NumpyType.of(name, offset);
    if (type.kind() == 'm') {
      // A list of durations has no place in the types of documents.
      throw NumpyType.unreadable(name, offset);
    }
    in.seek(start);
    require(SHAPE, entries, MsgpackInput.ARRAY, offset);
    if (in.length > ArrayCursor.MOST_DIMENSIONS) {
      throw new CorruptEntryException(
          "an ndarray marker has " + in.length + " dimensions, more than NumPy knows", offset);
    }
    long[] shape = new long[(int) in.length];
    for (int i = 0; i < shape.length; i++) {
      if (in.head() != MsgpackInput.INT) {
        throw new CorruptEntryException(
            "the 'shape' of an ndarray marker is no list of sizes", offset);
      }
      shape[i] = in.number;
    }
    array = new ArrayCursor(type, shape, data, bytes, offset);
    in.seek(start);
    pass(entries);
    return ARRAY;
  }

  private void require(Key key, long entries, int head, long offset) {
    if (seek(key, entries) < 0 || in.head() != head) {
      throw new CorruptEntryException(
          "an ndarray marker has no '" + key.text() + "', or one of another type", offset);
    }
  }

  private void pass(long entries) {
    for (long i = 2 * entries; i > 0; i--) {
      in.skip();
    }
  }
}

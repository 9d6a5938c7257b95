package dev.envelope.payload.document;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.core.io.NumberOutput;
import dev.envelope.UnsupportedEntryException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;

/**
 * Writes values as JSON that is the same for the same value, whatever it was written as: no blanks,
 * keys sorted by their UTF-16 units and each once (the last one counts), no escapes but the needed
 * ones. Floats have the fewest digits that give them back, and a point; NaN and the infinities are
 * {@code NaN}, {@code Infinity} and {@code -Infinity} as in Python's {@code json}. Times are
 * ISO-8601 texts, bytes base64. Not thread-safe.
 */
final class CanonicalJson {
  /** The most characters of one value: unlike other values these are put together on the heap. */
  static final int MOST = 64 << 20;

  /** The most characters of a key. */
  static final int MOST_KEY = 65_536;

  private static final long MICROS = 1_000_000;

  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");
  private static final DateTimeFormatter TIME_MICROS =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSS");
  private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("uuuu-MM-dd");

  private final StringBuilder out = new StringBuilder();

  /** The value whose head was just read, as text; valid until the next call. */
  StringBuilder write(Cursor cursor, int kind) {
    out.setLength(0);
    value(cursor, kind);
    return out;
  }

  /**
   * The same, but without the quotes of a text, a time or bytes: for places that hold nothing else.
   */
  StringBuilder writeBare(Cursor cursor, int kind) {
    out.setLength(0);
    switch (kind) {
      case Kind.TEXT -> out.append(cursor.text());
      case Kind.BYTES -> out.append(Base64.getEncoder().encodeToString(cursor.bytes()));
      case Kind.INSTANT, Kind.LOCAL, Kind.DATE, Kind.TIME -> out.append(time(cursor, kind));
      default -> value(cursor, kind);
    }
    return out;
  }

  /** A float as JSON. */
  static String text(double number) {
    return NumberOutput.toString(number, true);
  }

  /**
   * Passes over the value whose head was just read. The structure's check has bounded the depth.
   */
  static void pass(Cursor cursor, int kind) {
    if (kind == Kind.LIST || kind == Kind.MAP) {
      long size = cursor.size();
      for (long i = 0; cursor.more(i, size); i++) {
        if (kind == Kind.MAP) {
          cursor.key();
        }
        pass(cursor, cursor.next());
      }
    }
  }

  private void value(Cursor cursor, int kind) {
    switch (kind) {
      case Kind.NULL -> out.append("null");
      case Kind.BOOL -> out.append(cursor.number() == 1);
      case Kind.INT -> out.append(cursor.number());
      case Kind.BIG -> out.append(cursor.big());
      case Kind.DOUBLE -> out.append(text(cursor.real()));
      case Kind.TEXT -> quote(cursor.text());
      case Kind.BYTES -> quote(Base64.getEncoder().encodeToString(cursor.bytes()));
      case Kind.LIST -> list(cursor);
      case Kind.MAP -> map(cursor);
      default -> quote(time(cursor, kind));
    }
    if (out.length() > MOST) {
      throw tooLong(cursor.offset());
    }
  }

  /** The error for a value that is not put together. */
  static UnsupportedEntryException tooLong(long offset) {
    return new UnsupportedEntryException(
        "a value at byte %d is read as JSON, or is a text in JSON, and has more than %d characters, or is a key of more than %d; format = raw gives the entry's bytes"
            .formatted(offset, MOST, MOST_KEY));
  }

  private void list(Cursor cursor) {
    long size = cursor.size();
    out.append('[');
    for (long i = 0; cursor.more(i, size); i++) {
      if (i > 0) {
        out.append(',');
      }
      value(cursor, cursor.next());
    }
    out.append(']');
  }

  /** An entry that was written, where it stands. */
  private record Entry(String key, int from, int to, int order) {}

  private void map(Cursor cursor) {
    long size = cursor.size();
    out.append('{');
    int begin = out.length();
    List<Entry> entries = new ArrayList<>();
    boolean sorted = true;
    for (long i = 0; cursor.more(i, size); i++) {
      cursor.key();
      String key = cursor.keyText();
      if (i > 0) {
        out.append(',');
        sorted &= entries.get(entries.size() - 1).key.compareTo(key) < 0;
      }
      int from = out.length();
      quote(key);
      out.append(':');
      value(cursor, cursor.next());
      entries.add(new Entry(key, from, out.length(), entries.size()));
    }
    if (!sorted) {
      sort(entries, begin);
    }
    out.append('}');
  }

  private void sort(List<Entry> entries, int begin) {
    entries.sort(Comparator.comparing(Entry::key).thenComparing(Entry::order));
    StringBuilder sorted = new StringBuilder(out.length() - begin);
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      boolean last = i + 1 == entries.size() || !entries.get(i + 1).key.equals(entry.key);
      if (last) {
        sorted.append(sorted.isEmpty() ? "" : ",").append(out, entry.from, entry.to);
      }
    }
    out.setLength(begin);
    out.append(sorted);
  }

  private void quote(String text) {
    out.append('"');
    JsonStringEncoder.getInstance().quoteAsString(text, out);
    out.append('"');
  }

  private static String time(Cursor cursor, int kind) {
    long number = cursor.number();
    if (kind == Kind.DATE) {
      return DAY.format(LocalDate.ofEpochDay(number));
    }
    long micros = Math.floorMod(number, MICROS);
    if (kind == Kind.TIME) {
      return clock(LocalTime.ofNanoOfDay(number * 1000), micros);
    }
    Instant instant = Instant.ofEpochSecond(Math.floorDiv(number, MICROS), micros * 1000);
    LocalDateTime time = LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
    String text = DAY.format(time) + "T" + clock(time.toLocalTime(), micros);
    return kind == Kind.INSTANT ? text + "+00:00" : text;
  }

  private static String clock(LocalTime time, long micros) {
    return (micros == 0 ? TIME : TIME_MICROS).format(time);
  }
}

package dev.envelope.payload.document;

import dev.envelope.CorruptEntryException;
import java.time.LocalDate;
import java.time.YearMonth;
import org.apache.arrow.memory.util.MemoryUtil;

/**
 * Reads the ISO-8601 times that Python's {@code isoformat} writes, from raw memory and without
 * objects: {@code 2024-01-31}, {@code 2024-01-31T23:59:59.123456+01:00}, {@code 23:59}. Digits
 * below a microsecond are dropped, as Python's {@code fromisoformat} does. Not thread-safe.
 */
final class IsoTime {
  private static final long MICROS = 1_000_000;
  private static final long DAY = 86_400 * MICROS;

  private long at;
  private long end;
  private long offset;
  private boolean zoned;

  /** Whether the time read last has a zone. */
  boolean zoned() {
    return zoned;
  }

  /** Days since 1970. */
  long date(long address, long length, long start) {
    begin(address, length, start);
    long day = day();
    atEnd();
    return day;
  }

  /** Microseconds since 1970, in UTC when {@link #zoned()}. */
  long dateTime(long address, long length, long start) {
    begin(address, length, start);
    long day = day();
    if (at == end) {
      // fromisoformat takes a bare date for its midnight.
      return day * DAY;
    }
    // Any one character may be between them.
    at++;
    long time = clock();
    long zone = zone();
    atEnd();
    return day * DAY + time - zone;
  }

  /** Microseconds since midnight, on the clock of the zone when {@link #zoned()}. */
  long time(long address, long length, long start) {
    begin(address, length, start);
    long time = clock();
    zone();
    atEnd();
    return time;
  }

  private void begin(long address, long length, long start) {
    at = address;
    end = address + length;
    offset = start;
    zoned = false;
  }

  private long day() {
    int year = digits(4);
    expect('-');
    int month = digits(2);
    expect('-');
    int day = digits(2);
    if (year == 0
        || month < 1
        || month > 12
        || day < 1
        || day > YearMonth.of(year, month).lengthOfMonth()) {
      throw unreadable();
    }
    return LocalDate.of(year, month, day).toEpochDay();
  }

  private long clock() {
    long hour = digits(2);
    long minute = 0;
    long second = 0;
    long micros = 0;
    if (follows(':')) {
      minute = digits(2);
      if (follows(':')) {
        second = digits(2);
        if (follows('.') || follows(',')) {
          micros = fraction();
        }
      }
    }
    if (hour > 23 || minute > 59 || second > 59) {
      throw unreadable();
    }
    return (hour * 3600 + minute * 60 + second) * MICROS + micros;
  }

  private long zone() {
    if (at == end) {
      return 0;
    }
    zoned = true;
    if (follows('Z') || follows('z')) {
      return 0;
    }
    boolean west = follows('-');
    if (!west) {
      expect('+');
    }
    long shift = clock();
    return west ? -shift : shift;
  }

  private long fraction() {
    long micros = 0;
    int count = 0;
    for (; at < end && isDigit(MemoryUtil.getByte(at)); at++, count++) {
      if (count < 6) {
        micros = micros * 10 + MemoryUtil.getByte(at) - '0';
      }
    }
    if (count == 0) {
      throw unreadable();
    }
    for (; count < 6; count++) {
      micros *= 10;
    }
    return micros;
  }

  private int digits(int count) {
    if (end - at < count) {
      throw unreadable();
    }
    int value = 0;
    for (int i = 0; i < count; i++) {
      byte digit = MemoryUtil.getByte(at++);
      if (!isDigit(digit)) {
        throw unreadable();
      }
      value = value * 10 + digit - '0';
    }
    return value;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  private boolean follows(char c) {
    if (at < end && MemoryUtil.getByte(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private void expect(char c) {
    if (!follows(c)) {
      throw unreadable();
    }
  }

  private void atEnd() {
    if (at != end) {
      throw unreadable();
    }
  }

  private CorruptEntryException unreadable() {
    return new CorruptEntryException(
        "the value of a time marker is not an ISO-8601 time as Python writes them", offset);
  }
}

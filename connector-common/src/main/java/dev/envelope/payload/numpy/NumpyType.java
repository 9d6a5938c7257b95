package dev.envelope.payload.numpy;

import dev.envelope.CorruptEntryException;
import dev.envelope.UnsupportedEntryException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the elements of a NumPy array are, from the text of their dtype.
 *
 * @param kind NumPy's letter: b, i, u, f, M, m, U or S
 * @param bytes how many bytes an element takes, at least 1
 * @param bigEndian in which order
 * @param perSecond for times, how many units make a second; negative: how many seconds make a unit
 */
public record NumpyType(char kind, int bytes, boolean bigEndian, long perSecond) {
  /** The longest dtype that is looked at. */
  public static final int LONGEST_NAME = 64;

  private static final Pattern SHORT =
      Pattern.compile("([<>=|])?([?biufMmUS])(\\d{1,9})?(\\[\\w+])?");
  private static final Pattern LONG = Pattern.compile("(u?int|float)(8|16|32|64)");

  private static final Map<String, Long> UNITS =
      Map.of(
          "[ns]", 1_000_000_000L,
          "[us]", 1_000_000L,
          "[ms]", 1_000L,
          "[s]", 1L,
          "[m]", -60L,
          "[h]", -3_600L,
          "[D]", -86_400L,
          "[W]", -604_800L);

  /**
   * Reads a dtype as {@code str(array.dtype)} writes it.
   *
   * @throws UnsupportedEntryException when its elements have no sound value
   */
  public static NumpyType of(String text, long offset) {
    if (text.equals("bool")) {
      return new NumpyType('b', 1, false, 0);
    }
    Matcher matcher = LONG.matcher(text);
    if (matcher.matches()) {
      char kind = matcher.group(1).charAt(0);
      return number(kind, Integer.parseInt(matcher.group(2)) / Byte.SIZE, false, text, offset);
    }
    if (text.startsWith("datetime64")) {
      return time('M', text, text.substring("datetime64".length()), false, offset);
    }
    if (text.startsWith("timedelta64")) {
      return time('m', text, text.substring("timedelta64".length()), false, offset);
    }
    matcher = SHORT.matcher(text);
    if (!matcher.matches()) {
      throw unreadable(text, offset);
    }
    boolean big = ">".equals(matcher.group(1));
    char kind = matcher.group(2).charAt(0);
    String count = matcher.group(3);
    if (kind == '?') {
      return new NumpyType('b', 1, false, 0);
    }
    if (kind == 'M' || kind == 'm') {
      return time(kind, text, matcher.group(4) == null ? "" : matcher.group(4), big, offset);
    }
    if (count == null || matcher.group(4) != null) {
      throw unreadable(text, offset);
    }
    int bytes = Integer.parseInt(count);
    if (kind == 'U' || kind == 'S') {
      long width = kind == 'U' ? 4L * bytes : bytes;
      if (width == 0 || width > Integer.MAX_VALUE) {
        throw unreadable(text, offset);
      }
      return new NumpyType(kind, (int) width, big, 0);
    }
    return number(kind, bytes, big, text, offset);
  }

  private static NumpyType number(char kind, int bytes, boolean big, String text, long offset) {
    boolean known =
        switch (kind) {
          case 'b' -> bytes == 1;
          case 'f' -> bytes == 2 || bytes == 4 || bytes == 8;
          default -> bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8;
        };
    if (!known) {
      throw unreadable(text, offset);
    }
    return new NumpyType(kind, bytes, big, 0);
  }

  private static NumpyType time(char kind, String text, String unit, boolean big, long offset) {
    Long perSecond = UNITS.get(unit);
    if (perSecond == null) {
      throw unreadable(text, offset);
    }
    return new NumpyType(kind, Long.BYTES, big, perSecond);
  }

  /** The error for elements that are not read. */
  public static RuntimeException unreadable(String text, long offset) {
    if (text.length() > LONGEST_NAME) {
      return new CorruptEntryException("an array has a dtype of absurd length", offset);
    }
    return new UnsupportedEntryException(
        "an array at byte %d has the dtype '%s', whose elements are not read"
            .formatted(offset, text.replaceAll("[^\\x20-\\x7E]", "?")));
  }
}

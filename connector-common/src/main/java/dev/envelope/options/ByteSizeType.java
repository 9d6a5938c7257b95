package dev.envelope.options;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes, written as both engines write them: units are powers of 1024.
 *
 * @param minimum the least size that makes sense
 * @param unlimited whether the word {@code unlimited} is allowed; it stands for {@link
 *     Long#MAX_VALUE}, which is how Arrow's allocators say it
 */
record ByteSizeType(long minimum, boolean unlimited) implements OptionType<Long> {
  private static final Pattern SIZE = Pattern.compile("(\\d+)\\s*(?:(b)|([kmgtp])(?:i?b)?)?");
  private static final String UNITS = "kmgtp";
  private static final String UNLIMITED = "unlimited";

  @Override
  public String label() {
    return unlimited ? "size or `" + UNLIMITED + "`" : "size";
  }

  @Override
  public String allowed() {
    return "give a whole number of bytes, alone or with a unit (k, m, g, t), such as 1048576, 64m"
        + " or 1g"
        + (minimum > 0 ? ", at least " + minimum : "")
        + (unlimited ? ", or the word " + UNLIMITED : "");
  }

  @Override
  public Long parse(String text) throws BadValueException {
    String word = text.strip().toLowerCase(Locale.ROOT);
    if (unlimited && word.equals(UNLIMITED)) {
      return Long.MAX_VALUE;
    }
    Matcher size = SIZE.matcher(word);
    if (!size.matches()) {
      throw new BadValueException("is not a size");
    }
    long bytes;
    try {
      long unit = size.group(3) == null ? 1 : 1L << (10 * (1 + UNITS.indexOf(size.group(3))));
      bytes = Math.multiplyExact(Long.parseLong(size.group(1)), unit);
    } catch (NumberFormatException | ArithmeticException tooLarge) {
      throw new BadValueException("is too large");
    }
    if (bytes < minimum) {
      throw new BadValueException("is too small");
    }
    return bytes;
  }

  @Override
  public String format(Long value) {
    if (unlimited && value == Long.MAX_VALUE) {
      return UNLIMITED;
    }
    int unit = value == 0 ? 0 : Math.min(Long.numberOfTrailingZeros(value) / 10, UNITS.length());
    return unit == 0
        ? Long.toString(value)
        : (value >> (10 * unit)) + UNITS.substring(unit - 1, unit);
  }
}

package dev.envelope.options;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A length of time that is not negative and fits in a long of nanoseconds.
 *
 * <p>A bare number other than 0 is refused: it would be seconds to one engine and milliseconds to
 * the other.
 */
record DurationType() implements OptionType<Duration> {
  private static final Pattern DURATION = Pattern.compile("(\\d+)\\s*([a-z]+)");

  /** Timers count nanoseconds in a long. */
  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

  /** Longest first; the first name of a unit is the one that is written. */
  private static final Map<String, ChronoUnit> UNITS = new LinkedHashMap<>();

  static {
    UNITS.put("d", ChronoUnit.DAYS);
    UNITS.put("h", ChronoUnit.HOURS);
    UNITS.put("min", ChronoUnit.MINUTES);
    UNITS.put("m", ChronoUnit.MINUTES);
    UNITS.put("s", ChronoUnit.SECONDS);
    UNITS.put("ms", ChronoUnit.MILLIS);
  }

  @Override
  public String label() {
    return "duration";
  }

  @Override
  public String allowed() {
    return "give a whole number with a unit (ms, s, min, h, d), such as 500ms or 10s, or an ISO-8601"
        + " duration such as PT10S";
  }

  @Override
  public Duration parse(String text) throws BadValueException {
    String word = text.strip().toLowerCase(Locale.ROOT);
    Duration duration = word.equals("0") ? Duration.ZERO : parseWithUnit(word);
    if (duration.isNegative()) {
      throw new BadValueException("is negative");
    }
    if (duration.compareTo(LONGEST) > 0) {
      throw new BadValueException("is too long");
    }
    return duration;
  }

  private static Duration parseWithUnit(String word) throws BadValueException {
    Matcher matcher = DURATION.matcher(word);
    try {
      if (matcher.matches() && UNITS.containsKey(matcher.group(2))) {
        return Duration.of(Long.parseLong(matcher.group(1)), UNITS.get(matcher.group(2)));
      }
    } catch (NumberFormatException | ArithmeticException overflow) {
      throw new BadValueException("is too long");
    }
    try {
      return Duration.parse(word);
    } catch (DateTimeParseException notIso) {
      throw new BadValueException("is not a duration");
    }
  }

  @Override
  public String format(Duration value) {
    for (Map.Entry<String, ChronoUnit> unit : UNITS.entrySet()) {
      long length = unit.getValue().getDuration().toNanos();
      if (value.toNanos() % length == 0 && !value.isZero()) {
        return value.toNanos() / length + unit.getKey();
      }
    }
    return value.isZero() ? "0s" : value.toString();
  }
}

package dev.envelope.cli;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** How sizes and times are written for people. Stateless. */
final class Texts {
  private static final String UNITS = "KMGTP";

  /** The last second of the year 9999. */
  private static final long LATEST = 253_402_300_799L;

  private Texts() {}

  /** A number of bytes in at most four digits and a unit; {@code -} for none. */
  static String size(long bytes) {
    if (bytes < 0) {
      return "-";
    }
    double value = bytes;
    int unit = -1;
    while (value >= 1000 && unit < UNITS.length() - 1) {
      value /= 1024;
      unit++;
    }
    return unit < 0
        ? bytes + " B"
        : String.format(
            Locale.ROOT, value < 10 ? "%.1f %ciB" : "%.0f %ciB", value, UNITS.charAt(unit));
  }

  /** When something expires. */
  static String expiry(long seconds) {
    if (seconds <= 0 || seconds > LATEST) {
      return "never";
    }
    return Instant.ofEpochSecond(seconds).truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** A text that may be missing. */
  static String orDash(Object text) {
    return text == null ? "-" : text.toString();
  }
}

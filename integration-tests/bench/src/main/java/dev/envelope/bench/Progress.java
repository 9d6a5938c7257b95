package dev.envelope.bench;

import java.util.Locale;

/** Says on standard error what a benchmark is at, for people who wait. */
final class Progress {
  private static final double NANOS = 1e9;

  private final long start = System.nanoTime();

  void at(String step) {
    System.err.printf(Locale.ROOT, "%4.0f s  %s%n", (System.nanoTime() - start) / NANOS, step);
  }
}

package dev.envelope.options;

/** What timestamps in nanoseconds become. */
public enum TimestampMode {
  /** Timestamps of the engine, in microseconds. */
  MICROS,
  /** Whole numbers of nanoseconds since 1970-01-01 00:00 UTC. */
  NANOS
}

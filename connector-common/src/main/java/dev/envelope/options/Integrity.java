package dev.envelope.options;

/** What is checked of an entry before its rows are handed out. */
public enum Integrity {
  /** Its structure and its checksum, over every byte. */
  VERIFY,
  /** Its structure only. */
  SKIP
}

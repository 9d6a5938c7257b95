package dev.envelope.options;

/** What to do about an entry that cannot be read. */
public enum OnError {
  /** The query fails and names the entry. */
  FAIL,
  /** The entry counts as one without rows. */
  SKIP
}

package dev.envelope.options;

/** What a row of the table is. */
public enum View {
  /** A row of an entry. */
  ROWS,
  /** An entry. */
  ENTRIES
}

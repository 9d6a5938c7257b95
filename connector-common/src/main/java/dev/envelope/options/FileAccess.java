package dev.envelope.options;

/** How the bytes of a file come into memory. */
public enum FileAccess {
  /** The file is mapped; nothing is copied. */
  MAP,
  /** The file is copied into memory of the connector, where no other program can change it. */
  READ
}

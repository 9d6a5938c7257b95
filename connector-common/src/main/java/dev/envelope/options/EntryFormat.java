package dev.envelope.options;

/** What stored values are taken for. */
public enum EntryFormat {
  /** What their first bytes and their header say. */
  AUTO,
  /** Documents of cachekit's interop mode, which have no header: nothing is told by their bytes. */
  INTEROP,
  /** Bytes: the payload of a frame or envelope as it is, or else the whole value. */
  RAW
}

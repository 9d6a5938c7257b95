package dev.envelope.options;

/** How the bytes of an entry that is not mapped come to a task. */
public enum ReadMode {
  /** The whole entry is pulled and its checksum compared before a row of it leaves. */
  VERIFIED,
  /**
   * One batch after the other is pulled; the checksum is compared before the rows of the last one
   * leave.
   */
  STREAMING,
  /** Only the buffers of the wanted columns are pulled; their structure is checked. */
  PROJECTED
}

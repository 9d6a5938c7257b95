package dev.envelope;

/**
 * Bytes that are not a sound entry: cut off, altered or made up.
 *
 * <p>The place is counted in bytes from the start of the stored value (the first byte of the frame,
 * not of the file around it).
 */
public final class CorruptEntryException extends EnvelopeException {
  private static final long serialVersionUID = 1L;

  private final String problem;
  private final String entry;
  private final long offset;

  /**
   * Says what is wrong where, in an entry that is not yet known by name.
   *
   * @param problem what is wrong, without the place
   * @param offset where in the stored value, or -1 where no single place is wrong
   */
  public CorruptEntryException(String problem, long offset) {
    this(problem, null, offset, null);
  }

  /** The same, with what it was noticed by. */
  public CorruptEntryException(String problem, long offset, Throwable cause) {
    this(problem, null, offset, cause);
  }

  private CorruptEntryException(String problem, String entry, long offset, Throwable cause) {
    super(describe(problem, entry, offset), cause);
    this.problem = problem;
    this.entry = entry;
    this.offset = offset;
  }

  /**
   * This error with the name of the entry, once a layer that knows it sees it.
   *
   * @param name the key or, where a store keeps no keys, the name of the file
   */
  public CorruptEntryException in(String name) {
    if (entry != null) {
      return this;
    }
    CorruptEntryException named = new CorruptEntryException(problem, name, offset, null);
    named.setStackTrace(getStackTrace());
    for (Throwable suppressed : getSuppressed()) {
      named.addSuppressed(suppressed);
    }
    return named;
  }

  /** Where in the stored value the trouble starts, in bytes, or -1. */
  public long offset() {
    return offset;
  }

  /** The key or file name of the entry, or null where it was not known. */
  public String entry() {
    return entry;
  }

  private static String describe(String problem, String entry, long offset) {
    StringBuilder text = new StringBuilder("corrupt entry");
    if (entry != null) {
      text.append(" '").append(entry).append('\'');
    }
    if (offset >= 0) {
      text.append(" at byte ").append(offset);
    }
    return text.append(": ").append(problem).toString();
  }
}

package dev.envelope;

/** A sound entry, or a column of one, that cannot be read in the way that was asked for. */
public final class UnsupportedEntryException extends EnvelopeException {
  private static final long serialVersionUID = 1L;

  private final String entry;

  /** Says what happened and what to do. */
  public UnsupportedEntryException(String message) {
    this(message, null, null);
  }

  /** Says what happened and what to do, and what it was noticed by. */
  public UnsupportedEntryException(String message, Throwable cause) {
    this(message, null, cause);
  }

  private UnsupportedEntryException(String message, String entry, Throwable cause) {
    super(message, cause);
    this.entry = entry;
  }

  /**
   * This error with the name of the entry, once a layer that knows it sees it.
   *
   * @param name the key or, where a store keeps no keys, the name of the file
   */
  public UnsupportedEntryException in(String name) {
    if (entry != null) {
      return this;
    }
    UnsupportedEntryException named =
        new UnsupportedEntryException(
            "entry '" + name + "' cannot be read: " + getMessage(), name, null);
    named.setStackTrace(getStackTrace());
    for (Throwable suppressed : getSuppressed()) {
      named.addSuppressed(suppressed);
    }
    return named;
  }

  /** The key or file name of the entry, or null where it was not known. */
  public String entry() {
    return entry;
  }
}

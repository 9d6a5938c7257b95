package dev.envelope;

/** A sound entry, or a column of one, that cannot be read in the way that was asked for. */
public final class UnsupportedEntryException extends EnvelopeException {
  private static final long serialVersionUID = 1L;

  /** Says what happened and what to do. */
  public UnsupportedEntryException(String message) {
    super(message, null);
  }

  /** Says what happened and what to do, and what it was noticed by. */
  public UnsupportedEntryException(String message, Throwable cause) {
    super(message, cause);
  }
}

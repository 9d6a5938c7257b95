package dev.envelope;

/** A store that cannot be reached, or that failed in the middle. */
public final class StoreException extends EnvelopeException {
  private static final long serialVersionUID = 1L;

  /** Says what happened and what to do. */
  public StoreException(String message) {
    super(message, null);
  }

  /** Says what happened and what to do, and what it was noticed by. */
  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}

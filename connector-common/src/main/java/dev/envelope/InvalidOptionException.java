package dev.envelope;

/** An option that does not exist, does not parse or clashes with another one. */
public final class InvalidOptionException extends EnvelopeException {
  private static final long serialVersionUID = 1L;

  /** Says what happened and what to do. */
  public InvalidOptionException(String message) {
    super(message, null);
  }

  /** Says what happened and what to do, and what it was noticed by. */
  public InvalidOptionException(String message, Throwable cause) {
    super(message, cause);
  }
}

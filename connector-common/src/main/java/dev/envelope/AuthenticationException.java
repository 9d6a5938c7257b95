package dev.envelope;

/** An entry that cannot be trusted: encrypted without a key, or with a tag that does not fit. */
public final class AuthenticationException extends EnvelopeException {
  private static final long serialVersionUID = 1L;

  /** Says what happened and what to do. */
  public AuthenticationException(String message) {
    super(message, null);
  }

  /** Says what happened and what to do, and what it was noticed by. */
  public AuthenticationException(String message, Throwable cause) {
    super(message, cause);
  }
}

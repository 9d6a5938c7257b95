package dev.envelope;

/**
 * An entry that cannot be trusted: encrypted without a key that opens it, bound to something else,
 * or not encrypted where only encrypted ones are taken. Never skipped: whoever could make entries
 * fail could make them disappear.
 */
public final class AuthenticationException extends EnvelopeException {
  private static final long serialVersionUID = 1L;

  private final String entry;

  /** Says what happened and what to do. */
  public AuthenticationException(String message) {
    this(message, null, null);
  }

  private AuthenticationException(String message, String entry, Throwable cause) {
    super(message, cause);
    this.entry = entry;
  }

  /**
   * This error with the name of the entry, once a layer that knows it sees it.
   *
   * @param name the key or, where a store keeps no keys, the name of the file
   */
  public AuthenticationException in(String name) {
    if (entry != null) {
      return this;
    }
    AuthenticationException named =
        new AuthenticationException(
            "entry '" + name + "' is not trusted: " + getMessage(), name, null);
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

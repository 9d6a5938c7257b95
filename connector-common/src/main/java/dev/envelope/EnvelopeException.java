package dev.envelope;

/**
 * Anything that keeps an entry from being read.
 *
 * <p>The subclasses say whose turn it is: {@link InvalidOptionException} (what the user asked for),
 * {@link MissingEntryException} (what is not there), {@link CorruptEntryException} (what is
 * broken), {@link UnsupportedEntryException} (what is sound but not readable as asked), {@link
 * AuthenticationException} (what cannot be trusted) and {@link StoreException} (what failed
 * outside). Messages never hold secrets or values of entries.
 */
public abstract sealed class EnvelopeException extends RuntimeException
    permits InvalidOptionException,
        MissingEntryException,
        CorruptEntryException,
        UnsupportedEntryException,
        AuthenticationException,
        StoreException {
  private static final long serialVersionUID = 1L;

  EnvelopeException(String message, Throwable cause) {
    super(message, cause);
  }
}

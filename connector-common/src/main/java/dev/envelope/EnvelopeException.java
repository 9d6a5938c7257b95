package dev.envelope;

/**
 * Anything that keeps an entry from being read.
 *
 * <p>The subclasses say whose turn it is: {@link InvalidOptionException} (what the user asked for),
 * {@link MissingEntryException} (what is not there), {@link CorruptEntryException} (what is
 * broken), {@link UnsupportedEntryException} (what is sound but not readable as asked), {@link
 * AuthenticationException} (what cannot be trusted) and {@link StoreException} (what failed
 * outside). Messages never hold secrets or values of entries.
 *
 * <p>There is no {@link #getCause}: many tools show the innermost error and no other (Flink's SQL
 * client takes the last "Caused by" of the trace), and that has to be the one that says what to do.
 * The innermost error that it was noticed by is {@linkplain #getSuppressed suppressed}, and in
 * every stack trace.
 */
public abstract sealed class EnvelopeException extends RuntimeException
    permits InvalidOptionException,
        MissingEntryException,
        CorruptEntryException,
        UnsupportedEntryException,
        AuthenticationException,
        StoreException {
  private static final long serialVersionUID = 1L;

  EnvelopeException(String message, Throwable noticedBy) {
    super(message);
    if (noticedBy != null) {
      addSuppressed(innermost(noticedBy));
    }
  }

  private static Throwable innermost(Throwable failure) {
    Throwable inner = failure;
    while (inner.getCause() != null) {
      inner = inner.getCause();
    }
    return inner;
  }
}

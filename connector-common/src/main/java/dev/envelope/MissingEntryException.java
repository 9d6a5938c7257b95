package dev.envelope;

/** An entry that is not there: never written, expired, deleted or replaced since it was planned. */
public sealed class MissingEntryException extends EnvelopeException permits ChangedEntryException {
  private static final long serialVersionUID = 1L;

  /** Says what happened and what to do. */
  public MissingEntryException(String message) {
    super(message, null);
  }

  /** Says what happened and what to do, and what it was noticed by. */
  public MissingEntryException(String message, Throwable cause) {
    super(message, cause);
  }
}

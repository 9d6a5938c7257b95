package dev.envelope;

/**
 * An entry that was written again while it was read, or since it was planned: what was asked for is
 * not there any more. Reading it from the start again may succeed.
 */
public final class ChangedEntryException extends MissingEntryException {
  private static final long serialVersionUID = 1L;

  /** Says what happened and what to do. */
  public ChangedEntryException(String message) {
    super(message);
  }
}

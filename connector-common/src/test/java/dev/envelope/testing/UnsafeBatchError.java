package dev.envelope.testing;

/** A batch was handed out that an engine cannot read without leaving its memory. */
public final class UnsafeBatchError extends AssertionError {
  private static final long serialVersionUID = 1L;

  /** Says which column, and what of it. */
  public UnsafeBatchError(String message) {
    super(message);
  }
}

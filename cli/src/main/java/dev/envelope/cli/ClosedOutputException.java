package dev.envelope.cli;

import java.io.IOException;

/** Nobody reads the output any more, or it cannot be written. */
final class ClosedOutputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ClosedOutputException(IOException cause) {
    super(cause);
  }
}

package dev.envelope.cli;

import dev.envelope.AuthenticationException;
import dev.envelope.EnvelopeException;
import dev.envelope.InvalidOptionException;
import dev.envelope.MissingEntryException;
import dev.envelope.StoreException;

/** What the command ends with; documented in {@code docs/cli.md}. */
enum ExitCode {
  /** All is well. */
  OK(0),
  /** An entry is corrupt, or of a kind that is not read. */
  UNREADABLE(1),
  /** An argument or an option is wrong. */
  USAGE(2),
  /** An entry that was asked for is not there. */
  MISSING(3),
  /** The store cannot be reached, or failed in the middle. */
  STORE(4),
  /** An entry cannot be decrypted or is not to be trusted. */
  AUTHENTICATION(5),
  /** A mistake in the command itself. */
  INTERNAL(70),
  /** Whoever read the output has closed it; what a shell makes of SIGPIPE. */
  CLOSED_OUTPUT(141);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }

  /** The code for an error. */
  static ExitCode of(Throwable failure) {
    if (failure instanceof ClosedOutputException) {
      return CLOSED_OUTPUT;
    }
    if (failure instanceof InvalidOptionException) {
      return USAGE;
    }
    if (failure instanceof MissingEntryException) {
      return MISSING;
    }
    if (failure instanceof StoreException) {
      return STORE;
    }
    if (failure instanceof AuthenticationException) {
      return AUTHENTICATION;
    }
    return failure instanceof EnvelopeException ? UNREADABLE : INTERNAL;
  }
}

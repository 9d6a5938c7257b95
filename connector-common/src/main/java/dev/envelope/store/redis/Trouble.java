package dev.envelope.store.redis;

import dev.envelope.EnvelopeException;

/** Why an attempt to read something failed, and whether another one may help. */
final class Trouble extends Exception {
  private static final long serialVersionUID = 1L;

  /** What may help. */
  enum Cure {
    /** Nothing. */
    NONE,
    /** Another connection, or the same server a little later. */
    AGAIN,
    /** The server, once it has done what it is about. */
    PATIENCE,
    /** Another server: the one that the reply names, or whoever holds the key by now. */
    ELSEWHERE,
    /** Reading the entry from the start. */
    RESTART
  }

  private final Cure cure;
  private final transient EnvelopeException error;
  private final String redirect;
  private final boolean asking;

  /** A failure that ends as the error, unless the cure helps. */
  Trouble(Cure cure, EnvelopeException error) {
    this(cure, error, null, false);
  }

  /** A key that another server holds. */
  Trouble(Cure cure, EnvelopeException error, String redirect, boolean asking) {
    super(error.getMessage(), error);
    this.cure = cure;
    this.error = error;
    this.redirect = redirect;
    this.asking = asking;
  }

  Cure cure() {
    return cure;
  }

  /** What the user gets in the end. */
  EnvelopeException error() {
    return error;
  }

  /** The host and port of the server that has the key; null where that is not known. */
  String redirect() {
    return redirect;
  }

  /** Whether that server has it only for those who say ASKING. */
  boolean asking() {
    return asking;
  }
}

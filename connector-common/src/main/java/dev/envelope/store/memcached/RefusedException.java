package dev.envelope.store.memcached;

import java.io.IOException;

/** A server understood the question and answered with an error. */
final class RefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  private static final int LONGEST_SHOWN = 200;

  RefusedException(String line) {
    super(line.substring(0, Math.min(line.length(), LONGEST_SHOWN)));
  }
}

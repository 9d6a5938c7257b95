package dev.envelope.options;

/**
 * Says what is wrong with a value in words that go after it ("is negative").
 *
 * <p>The words never repeat the value or a part of it: the option decides whether it may be shown.
 */
final class BadValueException extends Exception {
  private static final long serialVersionUID = 1L;

  BadValueException(String problem) {
    super(problem);
  }
}

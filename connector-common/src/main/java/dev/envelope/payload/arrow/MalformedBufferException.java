package dev.envelope.payload.arrow;

/**
 * A compressed buffer that does not decompress to what it claims.
 *
 * <p>Checked, so that the one caller that knows where the buffer lies cannot forget to turn it into
 * a {@link dev.envelope.CorruptEntryException} with the place in the entry.
 */
final class MalformedBufferException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String problem;
  private final long offset;

  /**
   * Says what is wrong where.
   *
   * @param problem what is wrong, without the place
   * @param offset where in the compressed bytes, from 0; 0 also where the codec does not say
   */
  MalformedBufferException(String problem, long offset) {
    this(problem, offset, null);
  }

  /** The same, with what it was noticed by. */
  MalformedBufferException(String problem, long offset, Throwable cause) {
    super("malformed compressed buffer at byte " + offset + ": " + problem, cause);
    this.problem = problem;
    this.offset = offset;
  }

  /** What is wrong, without the place. */
  String problem() {
    return problem;
  }

  /** Where in the compressed bytes, from 0; 0 also where the codec does not say. */
  long offset() {
    return offset;
  }
}

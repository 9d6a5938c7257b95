package dev.envelope.redis;

import dev.envelope.EnvelopeException;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * What came of a query: rows or a typed error, and how long it took.
 *
 * @param result the rows, or null
 * @param problem the error, or null
 * @param time from the call to its end
 */
record Outcome(RedisScan.Result result, EnvelopeException problem, Duration time) {

  /**
   * Runs a query to its end. Errors of any other kind, and an error that names no key and no
   * server, are not an outcome but a defect.
   */
  static Outcome of(Supplier<RedisScan.Result> query) {
    long start = System.nanoTime();
    RedisScan.Result result = null;
    EnvelopeException problem = null;
    try {
      result = query.get();
    } catch (EnvelopeException e) {
      problem = e;
      if (!e.getMessage().matches("(?s).*('[^']+'|Redis at \\S+).*")) {
        throw new AssertionError("an error that names neither key nor server", e);
      }
    }
    return new Outcome(result, problem, Duration.ofNanos(System.nanoTime() - start));
  }

  /** Fails unless it took at most so long. */
  Outcome within(Duration limit) {
    if (time.compareTo(limit) > 0) {
      throw new AssertionError("took " + time + ", more than " + limit, problem);
    }
    return this;
  }

  /** Fails unless the rows are those that were asked for. */
  Outcome isRows(long rows, long constant) {
    if (problem != null) {
      throw new AssertionError("no rows: " + problem.getMessage(), problem);
    }
    if (result.rows() != rows || result.constant() != constant) {
      throw new AssertionError("wrong rows: " + result);
    }
    return this;
  }

  /** Fails unless it is an error of this type. */
  Outcome isProblem(Class<? extends EnvelopeException> type) {
    if (!type.isInstance(problem)) {
      throw new AssertionError("not a " + type.getSimpleName() + " but " + this, problem);
    }
    return this;
  }

  /** Fails unless the rows are right, or it is an error of this type. */
  Outcome isRowsOr(long rows, long constant, Class<? extends EnvelopeException> type) {
    return problem != null ? isProblem(type) : isRows(rows, constant);
  }
}

package dev.envelope.store;

/**
 * Listens to what a store tells by itself of writes, see {@link Store#watch}. Thread-safe; closed
 * by whoever began it, before the store.
 */
public interface Watch extends AutoCloseable {

  /** Whether it still listens to all there is; once it does not, it never will again. */
  boolean listening();

  /** Stops listening; does not wait, so that something may still be told for a moment. */
  @Override
  void close();
}

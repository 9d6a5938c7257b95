package dev.envelope.store.redis;

/**
 * The connections that linger in this JVM, so that the next task finds them open. An engine that
 * unloads the connector's classes with each job has to end their threads before. Thread-safe.
 */
public final class IdleConnections {
  private IdleConnections() {}

  /** Closes those that no store uses, and waits a few seconds at most until their threads end. */
  public static void close() {
    SharedClient.closeIdle();
  }
}

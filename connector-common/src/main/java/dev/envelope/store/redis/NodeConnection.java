package dev.envelope.store.redis;

import dev.envelope.store.StoreTraffic;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.protocol.RedisCommand;
import java.time.Duration;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;

/**
 * A connection to one server that one caller has for itself: WATCH and MULTI belong to a
 * connection, and so does what a reply that comes too late does no harm to.
 *
 * <p>Taken from a {@link ConnectionPool} and given back by {@link #close}, or, after a failure,
 * dropped by {@link #discard}.
 */
final class NodeConnection implements AutoCloseable {
  private final StatefulRedisConnection<byte[], byte[]> connection;
  private final ConnectionPool pool;
  private final Duration patience;
  private volatile boolean discarded;
  private boolean asking;

  NodeConnection(
      StatefulRedisConnection<byte[], byte[]> connection, ConnectionPool pool, Duration patience) {
    this.connection = connection;
    this.pool = pool;
    this.patience = patience;
  }

  /** The host and port, or the path of the socket. */
  String server() {
    return pool.server();
  }

  /** How long the server may answer nothing. */
  Duration patience() {
    return patience;
  }

  /** Whether each step is to say that it comes for a key that is just moving to this server. */
  boolean asking() {
    return asking;
  }

  void setAsking(boolean asks) {
    asking = asks;
  }

  boolean usable() {
    return !discarded && connection.isOpen();
  }

  void send(Collection<? extends RedisCommand<byte[], byte[], ?>> requests) {
    connection.dispatch(requests);
  }

  /** Sends steps and waits for the replies. */
  void run(Iterator<Step> steps, int window, boolean tolerant, String what, StoreTraffic traffic)
      throws Trouble {
    Pipeline pipeline = new Pipeline(this, steps, window, tolerant, what, traffic);
    pipeline.start();
    pipeline.await();
  }

  /** Sends one step and waits for its reply; an error is thrown. */
  void run(Step step, String what, StoreTraffic traffic) throws Trouble {
    run(List.of(step).iterator(), 1, false, what, traffic);
  }

  /** Closes the connection for good, without waiting. */
  void discard() {
    if (!discarded) {
      discarded = true;
      var unused = connection.closeAsync();
    }
  }

  @Override
  public void close() {
    asking = false;
    pool.giveBack(this);
  }
}

package dev.envelope.store.memcached;

import dev.envelope.options.MemcachedSettings;
import dev.envelope.options.ServerAddress;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The connections of a store that nobody uses at the moment. There are as many as were used at
 * once. Thread-safe.
 */
final class ConnectionPool implements AutoCloseable {
  private final MemcachedSettings settings;
  private final Map<ServerAddress, Deque<Connection>> idle = new HashMap<>();
  private boolean closed;

  ConnectionPool(MemcachedSettings settings) {
    this.settings = settings;
  }

  /** A connection, which the caller gives back or closes. */
  Connection acquire(ServerAddress server) throws IOException {
    synchronized (this) {
      Deque<Connection> free = idle.get(server);
      if (free != null && !free.isEmpty()) {
        return free.removeLast();
      }
    }
    return Connection.open(server, settings);
  }

  /** Takes back a connection on which nothing is under way. */
  void release(Connection connection) {
    synchronized (this) {
      if (!closed && connection.idle()) {
        idle.computeIfAbsent(connection.server(), server -> new ArrayDeque<>()).add(connection);
        return;
      }
    }
    connection.close();
  }

  @Override
  public void close() {
    List<Connection> all = new ArrayList<>();
    synchronized (this) {
      closed = true;
      idle.values().forEach(all::addAll);
      idle.clear();
    }
    all.forEach(Connection::close);
  }
}

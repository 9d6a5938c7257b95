package dev.envelope.store.redis;

import io.lettuce.core.ConnectionFuture;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Connections to one server. Nobody waits for one: where none is idle another one is made, and only
 * a few are kept. Thread-safe.
 */
final class ConnectionPool {
  /** As many as tasks of an executor usually read at once; each is a socket and a read buffer. */
  private static final int KEPT = 8;

  private final RedisClient client;
  private final RedisURI uri;
  private final String server;
  private final Duration connectTimeout;
  private final Duration commandTimeout;
  private final boolean replica;
  private final Deque<NodeConnection> idle = new ArrayDeque<>();
  private boolean closed;

  /**
   * Connects to nothing yet.
   *
   * @param server what to call the server in errors
   * @param replica whether it may be a replica of a cluster, which answers reads only when told to
   */
  ConnectionPool(
      RedisClient client,
      RedisURI uri,
      String server,
      Duration connectTimeout,
      Duration commandTimeout,
      boolean replica) {
    this.client = client;
    this.uri = uri;
    this.server = server;
    this.connectTimeout = connectTimeout;
    this.commandTimeout = commandTimeout;
    this.replica = replica;
  }

  String server() {
    return server;
  }

  /**
   * An idle connection, or a new one.
   *
   * @param fresh whether an idle one is not wanted, because one has just turned out to be dead
   */
  NodeConnection take(boolean fresh, String what) throws Trouble {
    List<NodeConnection> dead = new ArrayList<>();
    NodeConnection found = null;
    synchronized (this) {
      while (found == null && !idle.isEmpty()) {
        NodeConnection connection = idle.removeLast();
        if (!fresh && connection.usable()) {
          found = connection;
        } else {
          dead.add(connection);
        }
      }
    }
    dead.forEach(NodeConnection::discard);
    return found != null ? found : connect(what);
  }

  private NodeConnection connect(String what) throws Trouble {
    NodeConnection connection =
        new NodeConnection(
            connected(client.connectAsync(ByteArrayCodec.INSTANCE, uri), what),
            this,
            commandTimeout);
    try {
      if (replica) {
        connection.run(
            Step.of(new Request(Verb.READONLY, new Reply.Acknowledgement())),
            what,
            dev.envelope.store.StoreTraffic.NONE);
      }
      return connection;
    } catch (Trouble e) {
      connection.discard();
      throw e;
    }
  }

  /** A connection that listens; it is the caller's alone and never comes back here. */
  StatefulRedisPubSubConnection<byte[], byte[]> subscriber(String what) throws Trouble {
    return connected(client.connectPubSubAsync(ByteArrayCodec.INSTANCE, uri), what);
  }

  /** How long the server may answer nothing. */
  Duration commandTimeout() {
    return commandTimeout;
  }

  private <C extends StatefulConnection<byte[], byte[]>> C connected(
      ConnectionFuture<C> connecting, String what) throws Trouble {
    CompletableFuture<C> future = connecting.toCompletableFuture();
    try {
      return future.get(connectTimeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw Troubles.ofConnection(what, server, e.getCause());
    } catch (TimeoutException e) {
      giveUp(future);
      throw Troubles.ofConnection(what, server, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      giveUp(future);
      throw Troubles.interrupted(what, e);
    }
  }

  /** A connection that comes after nobody waits for it any more is closed at once. */
  private static <C extends StatefulConnection<byte[], byte[]>> void giveUp(
      CompletableFuture<C> future) {
    var unused = future.thenCompose(StatefulConnection::closeAsync);
  }

  void giveBack(NodeConnection connection) {
    synchronized (this) {
      if (!closed && connection.usable() && idle.size() < KEPT) {
        idle.addLast(connection);
        return;
      }
    }
    connection.discard();
  }

  /** Keeps nothing any more; what is idle is closed with the client. */
  synchronized void close() {
    closed = true;
    idle.clear();
  }
}

package dev.envelope.store.redis;

import dev.envelope.store.Watch;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Listens to the keyspace notifications of all servers that have keys: each tells of its own alone,
 * also in a cluster. Thread-safe.
 */
final class KeyspaceWatch implements Watch {
  /** Of so many named keys each has a channel; more would be megabytes of subscriptions. */
  static final int MOST_KEYS = 1000;

  private static final String WHAT = "the notifications of the keys";

  /**
   * What leaves no value behind that was not there before, by the names of
   * https://redis.io/docs/latest/develop/pubsub/keyspace-notifications/.
   */
  private static final Set<String> NO_WRITES =
      Set.of("del", "expire", "expired", "evicted", "move_from", "new", "persist", "rename_from");

  private final Servers servers;
  private final List<String> names;
  private final List<StatefulRedisPubSubConnection<byte[], byte[]>> connections = new ArrayList<>();

  private KeyspaceWatch(Servers servers, List<String> names) {
    this.servers = servers;
    this.names = names;
  }

  /**
   * Subscribes at each server.
   *
   * @param channels the channels of keys
   * @param patterns whether the channels are globs
   * @return what listens, which the caller closes before the client of the servers
   */
  static KeyspaceWatch begin(
      Servers servers, List<byte[]> channels, boolean patterns, Runnable mayHaveChanged)
      throws Trouble {
    KeyspaceWatch watch = new KeyspaceWatch(servers, servers.all(WHAT));
    try {
      for (String server : watch.names) {
        watch.subscribe(servers.listeners(server), channels, patterns, mayHaveChanged);
      }
      return watch;
    } catch (Trouble e) {
      watch.close();
      throw e;
    }
  }

  private void subscribe(
      ConnectionPool pool, List<byte[]> channels, boolean patterns, Runnable mayHaveChanged)
      throws Trouble {
    StatefulRedisPubSubConnection<byte[], byte[]> connection = pool.subscriber(WHAT);
    connections.add(connection);
    connection.addListener(new Events(mayHaveChanged));
    byte[][] wanted = channels.toArray(byte[][]::new);
    RedisFuture<Void> subscribed =
        patterns ? connection.async().psubscribe(wanted) : connection.async().subscribe(wanted);
    Duration patience = pool.commandTimeout();
    try {
      subscribed.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw Troubles.ofConnection(WHAT, pool.server(), e.getCause());
    } catch (TimeoutException e) {
      throw Troubles.noProgress(WHAT, pool.server(), patience);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Troubles.interrupted(WHAT, e);
    }
  }

  @Override
  public boolean listening() {
    try {
      // A cluster that has other servers now has keys that nothing is heard of.
      return connections.stream().allMatch(StatefulRedisPubSubConnection::isOpen)
          && servers.all(WHAT).equals(names);
    } catch (Trouble unknown) {
      return false;
    }
  }

  @Override
  public void close() {
    for (StatefulRedisPubSubConnection<byte[], byte[]> connection : connections) {
      var unused = connection.closeAsync();
    }
  }

  /** Called by the client's threads. */
  private static final class Events extends RedisPubSubAdapter<byte[], byte[]> {
    private static final byte[] LOCK = RedisStore.LOCK.getBytes(StandardCharsets.US_ASCII);

    private final Runnable mayHaveChanged;

    Events(Runnable mayHaveChanged) {
      this.mayHaveChanged = mayHaveChanged;
    }

    @Override
    public void message(byte[] channel, byte[] event) {
      if (!NO_WRITES.contains(new String(event, StandardCharsets.US_ASCII)) && !isLock(channel)) {
        mayHaveChanged.run();
      }
    }

    @Override
    public void message(byte[] pattern, byte[] channel, byte[] event) {
      message(channel, event);
    }

    private static boolean isLock(byte[] channel) {
      int from = channel.length - LOCK.length;
      return from >= 0
          && java.util.Arrays.equals(channel, from, channel.length, LOCK, 0, LOCK.length);
    }
  }
}

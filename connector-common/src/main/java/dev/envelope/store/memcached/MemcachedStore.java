package dev.envelope.store.memcached;

import dev.envelope.MissingEntryException;
import dev.envelope.StoreException;
import dev.envelope.options.MemcachedSettings;
import dev.envelope.options.ServerAddress;
import dev.envelope.store.EntryId;
import dev.envelope.store.OneReplyEntry;
import dev.envelope.store.Store;
import dev.envelope.store.StoreTraffic;
import dev.envelope.store.StoredEntry;
import dev.envelope.store.ValueReply;
import dev.envelope.store.ValueSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Entries as values of a Memcached. Only commands that read are sent: {@code get} for a value, and
 * {@code mg} (Memcached 1.6) for lengths and expiries without values.
 *
 * <p>A value comes whole, in one answer. There is nothing to list: a Memcached tells nobody its
 * keys. Thread-safe.
 */
public final class MemcachedStore implements Store {
  /** How many lengths are asked for at once: their answers fit into any socket's buffer. */
  private static final int WINDOW = 128;

  private final Placement placement;
  private final String keyPrefix;
  private final Exchanges exchanges;
  private final ConnectionPool pool;
  private final StoreTraffic traffic;
  private final ValueSource source = new Source();

  /**
   * Connects with the first question.
   *
   * @param keyPrefix what is in front of every key
   * @param traffic told what crosses the wire
   */
  public MemcachedStore(MemcachedSettings settings, String keyPrefix, StoreTraffic traffic) {
    this.placement = new Placement(settings.url().addresses());
    this.keyPrefix = keyPrefix;
    this.pool = new ConnectionPool(settings);
    this.exchanges = new Exchanges(pool, traffic);
    this.traffic = traffic;
  }

  @Override
  public EntryId entryOf(String key) {
    return new EntryId(keyPrefix + key, key);
  }

  /**
   * {@inheritDoc}
   *
   * @throws StoreException always
   */
  @Override
  public List<EntryId> list() {
    throw new StoreException(
        "a Memcached cannot list its keys; name them by 'key', 'keys' or 'key-file'");
  }

  @Override
  public long[] sizes(List<EntryId> ids) {
    long[] sizes = new long[ids.size()];
    Arrays.fill(sizes, -1);
    List<String> keys = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < sizes.length; i++) {
      if (WireKey.possible(ids.get(i).name())) {
        keys.add(ids.get(i).name());
        places.add(i);
      }
    }
    for (Map.Entry<ServerAddress, List<Integer>> share : placement.spread(keys).entrySet()) {
      List<Integer> ours = share.getValue();
      for (int from = 0; from < ours.size(); from += WINDOW) {
        List<Integer> slice = ours.subList(from, Math.min(ours.size(), from + WINDOW));
        long[] lengths =
            exchanges.run(
                share.getKey(),
                "the lengths of entries",
                connection ->
                    Commands.lengths(connection, slice.stream().map(keys::get).toList(), traffic));
        for (int i = 0; i < lengths.length; i++) {
          sizes[places.get(slice.get(i))] = lengths[i];
        }
      }
    }
    return sizes;
  }

  @Override
  public StoredEntry open(EntryId id) {
    return OneReplyEntry.open(source, id, traffic);
  }

  @Override
  public void close() {
    pool.close();
  }

  private static String what(EntryId id) {
    return "entry '" + id.label() + "'";
  }

  private final class Source implements ValueSource {
    @Override
    public ValueReply ask(EntryId id) {
      String key = WireKey.of(id);
      ServerAddress server = placement.serverOf(key);
      ValueReply reply =
          exchanges.begin(
              server,
              what(id),
              connection -> {
                long size = Commands.get(connection, key, traffic);
                return size < 0 ? null : new Reply(pool, connection, size, traffic);
              });
      if (reply == null) {
        throw new MissingEntryException(
            "there is no entry '"
                + id.label()
                + "' in the Memcached (key '"
                + key
                + "' on "
                + server
                + "); it was never written, has expired, was dropped for want of room, or is larger"
                + " than the servers take (are these all servers, named as the writer names them,"
                + " and is it the right memcached-key-prefix?)");
      }
      return reply;
    }

    @Override
    public StoreException brokenOff(EntryId id, IOException cause) {
      return Exchanges.failed(placement.serverOf(WireKey.of(id)), what(id), cause);
    }

    /** {@inheritDoc} Servers before 1.6 do not tell. */
    @Override
    public long expiresAt(EntryId id) {
      String key = WireKey.of(id);
      long left =
          exchanges.run(
              placement.serverOf(key),
              what(id),
              connection -> Commands.secondsLeft(connection, key, traffic));
      return left < 0 ? 0 : TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis()) + left;
    }
  }
}

package dev.envelope.store.redis;

import dev.envelope.MissingEntryException;
import dev.envelope.StoreException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.options.RedisSettings;
import dev.envelope.store.EntryId;
import dev.envelope.store.Store;
import dev.envelope.store.StoreTraffic;
import dev.envelope.store.StoredEntry;
import dev.envelope.store.Watch;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Entries as string values of a Redis. Only commands that read are sent.
 *
 * <p>An entry's name is its key in the Redis; its cache key is the same without what the tenant
 * puts in front. Thread-safe.
 */
public final class RedisStore implements Store {
  private static final Logger LOG = LoggerFactory.getLogger(RedisStore.class);

  /** How many small commands are on their way at once. */
  static final int BULK_WINDOW = 4096;

  /**
   * How many keys are asked for together, so that a million of them never are in memory at once.
   */
  private static final int BULK_SLICE = 20_000;

  /** How many keys a server looks at for one SCAN: well below a millisecond of its time. */
  private static final byte[] SCAN_COUNT = Request.number(2000);

  /** What the head of a large entry is read with: most headers are below 200 bytes. */
  private static final int HEAD = 4096;

  static final String LOCK = ":lock";

  private final RedisSettings settings;
  private final String keyPrefix;
  private final String keysPattern;
  private final StoreTraffic traffic;
  private final SharedClient client;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile Map<String, Head> announced = new ConcurrentHashMap<>();

  /**
   * Connects with the first question.
   *
   * @param settings how the Redis is reached
   * @param keyPrefix what it has in front of every key
   * @param keysPattern the glob that listed keys match, or null where nothing is to be listed
   * @param traffic told what crosses the wire
   */
  public RedisStore(
      RedisSettings settings, String keyPrefix, String keysPattern, StoreTraffic traffic) {
    this.settings = settings;
    this.keyPrefix = keyPrefix;
    this.keysPattern = keysPattern;
    this.traffic = traffic;
    this.client = SharedClient.acquire(settings);
  }

  RedisSettings settings() {
    return settings;
  }

  StoreTraffic traffic() {
    return traffic;
  }

  Attempts attempts(byte[] key, String what) {
    return new Attempts(client.servers(), settings, traffic, key, null, what);
  }

  static byte[] keyOf(EntryId id) {
    return id.name().getBytes(StandardCharsets.UTF_8);
  }

  static String what(EntryId id) {
    return "entry '" + id.label() + "'";
  }

  @Override
  public EntryId entryOf(String key) {
    return new EntryId(keyPrefix + key, key);
  }

  private EntryId entryNamed(String name) {
    boolean prefixed = name.startsWith(keyPrefix);
    return new EntryId(name, prefixed ? name.substring(keyPrefix.length()) : name);
  }

  /**
   * {@inheritDoc}
   *
   * <p>A key that is not UTF-8 is none that cachekit wrote, and no option could name it: it is left
   * out, and the log says how many there were.
   */
  @Override
  public List<EntryId> list() {
    Set<String> names = new TreeSet<>();
    scan(names::add);
    return names.stream().map(this::entryNamed).toList();
  }

  @Override
  public void forEach(Consumer<EntryId> visitor) {
    scan(name -> visitor.accept(entryNamed(name)));
  }

  private void scan(Consumer<String> visitor) {
    if (keysPattern == null) {
      throw new StoreException("no pattern says which keys of the Redis to list");
    }
    byte[] pattern = keysPattern.getBytes(StandardCharsets.UTF_8);
    String what = "the keys that match " + keysPattern;
    Attempts learning = attempts(null, what);
    List<String> servers;
    while (true) {
      try {
        servers = client.servers().all(what);
        break;
      } catch (Trouble trouble) {
        learning.failed(trouble);
      }
    }
    int unreadable = 0;
    for (String server : servers) {
      unreadable += scan(server, pattern, what, visitor);
    }
    if (unreadable > 0) {
      LOG.warn("Left out {} keys that match {} and are not UTF-8", unreadable, keysPattern);
    }
  }

  private int scan(String server, byte[] pattern, String what, Consumer<String> visitor) {
    int unreadable = 0;
    byte[] cursor = {'0'};
    do {
      byte[] from = cursor;
      Reply.Page page =
          new Attempts(client.servers(), settings, traffic, null, server, what)
              .run(
                  connection -> {
                    Reply.Page reply = new Reply.Page();
                    connection.run(
                        Step.of(
                            new Request(
                                Verb.SCAN,
                                reply,
                                from,
                                "MATCH".getBytes(StandardCharsets.US_ASCII),
                                pattern,
                                "COUNT".getBytes(StandardCharsets.US_ASCII),
                                SCAN_COUNT)),
                        what,
                        traffic);
                    return reply;
                  });
      for (byte[] key : page.keys()) {
        try {
          String name = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString();
          if (!name.endsWith(LOCK)) {
            visitor.accept(name);
          }
        } catch (CharacterCodingException notText) {
          unreadable++;
        }
      }
      cursor = page.cursor();
    } while (!Arrays.equals(cursor, new byte[] {'0'}));
    return unreadable;
  }

  /**
   * {@inheritDoc}
   *
   * <p>0 for a key that holds no string: opening it says so.
   */
  @Override
  public long[] sizes(List<EntryId> ids) {
    long[] sizes = new long[ids.size()];
    for (int from = 0; from < sizes.length; from += BULK_SLICE) {
      int to = Math.min(sizes.length, from + BULK_SLICE);
      System.arraycopy(slice(ids.subList(from, to)), 0, sizes, from, to - from);
    }
    return sizes;
  }

  private long[] slice(List<EntryId> ids) {
    List<Reply.Amount> replies = amounts(Verb.STRLEN, ids);
    long[] sizes = new long[ids.size()];
    List<EntryId> empty = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = replies.get(i).value();
      if (sizes[i] == 0 && !replies.get(i).hasError()) {
        empty.add(ids.get(i));
        places.add(i);
      }
    }
    // An empty value and none at all have the same length.
    List<Reply.Amount> present = amounts(Verb.EXISTS, empty);
    for (int i = 0; i < empty.size(); i++) {
      sizes[places.get(i)] = present.get(i).value() > 0 ? 0 : -1;
    }
    return sizes;
  }

  private List<Reply.Amount> amounts(Verb verb, List<EntryId> ids) {
    Bulk<Reply.Amount> amounts =
        new Bulk<>(this, client.servers(), ids, "the lengths of entries") {
          @Override
          Reply.Amount reply() {
            return new Reply.Amount();
          }

          @Override
          Step step(byte[] key, Reply.Amount reply) {
            return Step.of(new Request(verb, reply, key));
          }
        };
    return amounts.run();
  }

  @Override
  public void prefetch(List<EntryId> ids) {
    announced = new ConcurrentHashMap<>(Head.fetch(this, client.servers(), ids));
  }

  @Override
  public StoredEntry open(EntryId id) {
    Head head = announced.remove(id.name());
    if (head == null) {
      head = readHead(id);
    }
    return new RedisStoredEntry(this, id, head);
  }

  private Head readHead(EntryId id) {
    byte[] key = keyOf(id);
    return attempts(key, what(id))
        .run(
            connection -> {
              Reply.Amount length = new Reply.Amount();
              Reply.Amount present = new Reply.Amount();
              Reply.Bytes head = new Reply.Bytes();
              Reply.Transaction all = new Reply.Transaction(present, length, head);
              Step step =
                  Step.transaction(
                      all,
                      new Request(Verb.EXISTS, new Reply.Acknowledgement(), key),
                      new Request(Verb.STRLEN, new Reply.Acknowledgement(), key),
                      Request.range(key, 0, HEAD - 1, new Reply.Acknowledgement()));
              try {
                connection.run(step, what(id), traffic);
              } catch (Trouble trouble) {
                throw wrongKind(id, key, connection, trouble);
              }
              if (present.value() == 0) {
                throw Troubles.fatal(missing(id));
              }
              if (head.value().length != Math.min(HEAD, length.value())) {
                connection.discard();
                throw Troubles.garbled(what(id), connection.server());
              }
              return new Head(length.value(), head.value());
            });
  }

  /** Names the kind that a key holds in the place of a string. */
  private Trouble wrongKind(EntryId id, byte[] key, NodeConnection connection, Trouble trouble)
      throws Trouble {
    if (!(trouble.error() instanceof UnsupportedEntryException)) {
      return trouble;
    }
    Reply.Bytes kind = new Reply.Bytes();
    connection.run(Step.of(new Request(Verb.TYPE, kind, key)), what(id), traffic);
    return Troubles.fatal(
        new UnsupportedEntryException(
            "the key '"
                + id.name()
                + "' holds a "
                + Layout.text(kind.value())
                + ", and entries are strings; leave it out of the keys, or use a narrower pattern"));
  }

  static MissingEntryException missing(EntryId id) {
    return new MissingEntryException(
        "there is no entry '"
            + id.label()
            + "' in the Redis"
            + (id.name().equals(id.label()) ? "" : " (key '" + id.name() + "')")
            + "; it was never written, has expired or was deleted (is it the right tenant and"
            + " database?)");
  }

  /**
   * {@inheritDoc}
   *
   * <p>A Redis tells of writes where its {@code notify-keyspace-events} says so, and only users
   * that may subscribe; whether it will is not asked.
   */
  @Override
  public Optional<Watch> watch(Optional<List<EntryId>> keys, Runnable mayHaveChanged) {
    if (keys.isPresent() ? keys.get().size() > KeyspaceWatch.MOST_KEYS : keysPattern == null) {
      return Optional.empty();
    }
    String space = "__keyspace@" + settings.database() + "__:";
    List<byte[]> channels =
        keys
            .map(named -> named.stream().map(EntryId::name).toList())
            .orElseGet(() -> List.of(keysPattern))
            .stream()
            .map(name -> (space + name).getBytes(StandardCharsets.UTF_8))
            .toList();
    try {
      return Optional.of(
          KeyspaceWatch.begin(client.servers(), channels, keys.isEmpty(), mayHaveChanged));
    } catch (Trouble trouble) {
      throw trouble.error();
    }
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      announced.clear();
      client.release();
    }
  }
}

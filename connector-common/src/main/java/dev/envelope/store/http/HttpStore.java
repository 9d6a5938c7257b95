package dev.envelope.store.http;

import dev.envelope.EnvelopeException;
import dev.envelope.MissingEntryException;
import dev.envelope.StoreException;
import dev.envelope.options.HttpSettings;
import dev.envelope.store.EntryId;
import dev.envelope.store.OneReplyEntry;
import dev.envelope.store.Store;
import dev.envelope.store.StoreTraffic;
import dev.envelope.store.StoredEntry;
import dev.envelope.store.ValueReply;
import dev.envelope.store.ValueSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Entries behind cachekit's hosted HTTP API. Only {@code GET} is sent, with the API key as a bearer
 * token.
 *
 * <p>A value comes whole, in one response; the API promises no parts, no lengths without values and
 * no list. To know a length therefore costs a request: the response is given up after its headers,
 * unless the value is small, which is kept until it is opened. Thread-safe.
 */
public final class HttpStore implements Store {
  /** What is kept of a value that was fetched for its length or ahead. */
  private static final int SMALL = 64 << 10;

  /** What all of them may take together, on the heap. */
  private static final long MOST_KEPT = 16L << 20;

  /** How many requests are on their way at once. */
  private static final int REQUESTS = 8;

  private final Requests requests;
  private final HttpSettings settings;
  private final StoreTraffic traffic;
  private final ValueSource source = new Source();
  private final Map<String, byte[]> kept = new ConcurrentHashMap<>();
  private final AtomicLong keptBytes = new AtomicLong();

  /** Names of values that are known not to be small. */
  private final Set<String> large = ConcurrentHashMap.newKeySet();

  /**
   * Connects with the first question.
   *
   * @param traffic told what crosses the wire
   */
  public HttpStore(HttpSettings settings, StoreTraffic traffic) {
    this.settings = settings;
    this.traffic = traffic;
    this.requests = new Requests(settings, traffic);
  }

  @Override
  public EntryId entryOf(String key) {
    return new EntryId(key, key);
  }

  /**
   * {@inheritDoc}
   *
   * @throws StoreException always
   */
  @Override
  public List<EntryId> list() {
    throw new StoreException(
        "the HTTP API cannot list its keys; name them by 'key', 'keys' or 'key-file'");
  }

  @Override
  public long[] sizes(List<EntryId> ids) {
    return fetch(ids);
  }

  /** {@inheritDoc} What was fetched for its length is not fetched again. */
  @Override
  public void prefetch(List<EntryId> ids) {
    List<EntryId> wanted = new ArrayList<>();
    for (EntryId id : ids) {
      if (!kept.containsKey(id.name()) && !large.contains(id.name())) {
        wanted.add(id);
      }
    }
    if (keptBytes.get() < MOST_KEPT) {
      fetch(wanted);
    }
  }

  private long[] fetch(List<EntryId> ids) {
    long[] sizes = new long[ids.size()];
    if (sizes.length == 0) {
      return sizes;
    }
    ExecutorService threads =
        Executors.newFixedThreadPool(
            Math.min(REQUESTS, sizes.length),
            task -> {
              Thread thread = new Thread(task, "envelope-http-fetch");
              thread.setDaemon(true);
              return thread;
            });
    try {
      List<Future<Long>> answers = new ArrayList<>();
      for (EntryId id : ids) {
        answers.add(threads.submit(() -> fetch(id)));
      }
      for (int i = 0; i < sizes.length; i++) {
        sizes[i] = answers.get(i).get();
      }
      return sizes;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException("the thread was interrupted while lengths were asked for", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof EnvelopeException known) {
        throw known;
      }
      throw new StoreException("lengths cannot be asked for", e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  /** The length of a value, which is kept where it is small; -1 where there is none. */
  private long fetch(EntryId id) {
    try (ValueReply reply = requests.get(id)) {
      if (reply.size() > SMALL) {
        large.add(id.name());
        return reply.size();
      }
      if (keptBytes.addAndGet(reply.size()) > MOST_KEPT) {
        keptBytes.addAndGet(-reply.size());
        return reply.size();
      }
      byte[] value = new byte[(int) reply.size()];
      reply.read(ByteBuffer.wrap(value));
      byte[] before = kept.put(id.name(), value);
      if (before != null) {
        keptBytes.addAndGet(-before.length);
      }
      return value.length;
    } catch (MissingEntryException e) {
      return -1;
    } catch (IOException e) {
      throw source.brokenOff(id, e);
    }
  }

  @Override
  public StoredEntry open(EntryId id) {
    byte[] value = kept.remove(id.name());
    if (value != null) {
      keptBytes.addAndGet(-value.length);
      return OneReplyEntry.fetched(source, id, traffic, value);
    }
    return OneReplyEntry.open(source, id, traffic);
  }

  @Override
  public void close() {
    kept.clear();
  }

  private final class Source implements ValueSource {
    @Override
    public ValueReply ask(EntryId id) {
      return requests.get(id);
    }

    @Override
    public StoreException brokenOff(EntryId id, IOException cause) {
      return Troubles.failed(settings.url(), id, cause);
    }

    /** {@inheritDoc} The API promises no way to ask. */
    @Override
    public long expiresAt(EntryId id) {
      return 0;
    }
  }
}

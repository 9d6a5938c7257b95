package dev.envelope.store.redis;

import dev.envelope.UnsupportedEntryException;
import dev.envelope.store.EntryId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One command for each of many keys: server by server, pipelined, and the few that failed once more
 * by themselves.
 *
 * @param <R> what a key's command is answered with
 */
abstract class Bulk<R extends Reply> {
  private final RedisStore store;
  private final Servers servers;
  private final List<EntryId> ids;
  private final String what;

  Bulk(RedisStore store, Servers servers, List<EntryId> ids, String what) {
    this.store = store;
    this.servers = servers;
    this.ids = ids;
    this.what = what;
  }

  /** A place for the answer. */
  abstract R reply();

  /** The command of a key, or a transaction that ends in the reply. */
  abstract Step step(byte[] key, R reply);

  /**
   * The answers, in the order of the keys. One has an error where the key holds another kind of
   * value; any other failure is thrown.
   */
  List<R> run() {
    List<R> replies = new ArrayList<>(ids.size());
    for (int i = 0; i < ids.size(); i++) {
      replies.add(null);
    }
    byServer().forEach((server, places) -> run(server, places, replies));
    for (int i = 0; i < replies.size(); i++) {
      if (replies.get(i).hasError() && !wrongKind(replies.get(i))) {
        replies.set(i, alone(ids.get(i)));
      }
    }
    return replies;
  }

  private static boolean wrongKind(Reply reply) {
    return reply.getError().startsWith("WRONGTYPE");
  }

  private Map<String, List<Integer>> byServer() {
    if (ids.isEmpty()) {
      return Map.of();
    }
    Attempts learning = store.attempts(null, what);
    while (true) {
      try {
        Map<String, List<Integer>> places = new LinkedHashMap<>();
        for (int i = 0; i < ids.size(); i++) {
          String server = servers.serverOf(RedisStore.keyOf(ids.get(i)), what);
          // A slot without a server is asked for alone, where waiting may help.
          places.computeIfAbsent(server == null ? "" : server, s -> new ArrayList<>()).add(i);
        }
        return places;
      } catch (Trouble trouble) {
        learning.failed(trouble);
      }
    }
  }

  private void run(String server, List<Integer> places, List<R> replies) {
    if (server.isEmpty()) {
      places.forEach(place -> replies.set(place, alone(ids.get(place))));
      return;
    }
    // Any of its keys finds the server's successor, should it be gone.
    byte[] first = RedisStore.keyOf(ids.get(places.get(0)));
    store
        .attempts(first, what)
        .run(
            connection -> {
              List<Step> steps = new ArrayList<>(places.size());
              for (int place : places) {
                R reply = reply();
                replies.set(place, reply);
                steps.add(step(RedisStore.keyOf(ids.get(place)), reply));
              }
              connection.run(steps.iterator(), RedisStore.BULK_WINDOW, true, what, store.traffic());
              return null;
            });
  }

  private R alone(EntryId id) {
    byte[] key = RedisStore.keyOf(id);
    return store
        .attempts(key, RedisStore.what(id))
        .run(
            connection -> {
              R reply = reply();
              try {
                connection.run(step(key, reply), RedisStore.what(id), store.traffic());
              } catch (Trouble trouble) {
                if (!(trouble.error() instanceof UnsupportedEntryException)) {
                  throw trouble;
                }
              }
              return reply;
            });
  }
}

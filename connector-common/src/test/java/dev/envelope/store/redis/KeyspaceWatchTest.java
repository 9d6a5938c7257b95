package dev.envelope.store.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.StoreException;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.scan.ChangeHints;
import dev.envelope.store.EntryId;
import dev.envelope.store.Store;
import dev.envelope.store.Watch;
import dev.envelope.testing.redis.Patience;
import dev.envelope.testing.redis.RedisCluster;
import dev.envelope.testing.redis.RedisConfig;
import dev.envelope.testing.redis.RedisServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.SetParams;

/** What servers tell of writes, and of what is no write. */
@Timeout(120)
final class KeyspaceWatchTest {
  private static final String[] LISTED = {"keys-pattern", "seen:*", "key", null};

  private final AtomicInteger hints = new AtomicInteger();

  private static RedisConfig telling() {
    return RedisServer.with().set("notify-keyspace-events", "K$g");
  }

  private Watch watch(Store store) {
    return store.watch(Optional.empty(), hints::incrementAndGet).orElseThrow();
  }

  /** Does something and expects as many hints; a write at the end says when all have come. */
  private void assertHints(int expected, String key, Jedis jedis, Runnable action) {
    int before = hints.get();
    action.run();
    jedis.set(key, "the end");
    Patience.until("the last hint", () -> hints.get() > before + expected);
    assertEquals(before + expected + 1, hints.get(), "hints");
  }

  @Test
  void writesOfListedKeysAndOfNoOthers() {
    try (RedisServer server = telling().start();
        Jedis jedis = server.connect();
        Store store = Stores.open(new Traffic(), server.url(), LISTED);
        Watch watch = watch(store)) {
      assertTrue(watch.listening());
      assertHints(1, "seen:z", jedis, () -> jedis.set("seen:a", "1"));
      assertHints(0, "seen:z", jedis, () -> jedis.set("unseen:a", "1"));
      assertHints(0, "seen:z", jedis, () -> jedis.set("seen:a:lock", "1"));
      assertHints(0, "seen:z", jedis, () -> jedis.expire("seen:a", 100));
      assertHints(0, "seen:z", jedis, () -> jedis.del("seen:a"));
      assertHints(
          1, "seen:z", jedis, () -> jedis.set("seen:b", "1", SetParams.setParams().ex(100)));
      assertHints(1, "seen:z", jedis, () -> jedis.rename("seen:b", "seen:c"));
      assertHints(
          0,
          "seen:z",
          jedis,
          () -> {
            try (Jedis other = server.connect()) {
              other.select(1);
              other.set("seen:elsewhere", "1");
            }
          });
    }
  }

  @Test
  void writesOfNamedKeys() {
    try (RedisServer server = telling().start();
        Jedis jedis = server.connect();
        Store store = Stores.open(new Traffic(), server.url())) {
      // A key is no glob here.
      List<EntryId> keys = List.of(store.entryOf("a*"), store.entryOf("b"));
      try (Watch watch = store.watch(Optional.of(keys), hints::incrementAndGet).orElseThrow()) {
        assertTrue(watch.listening());
        assertHints(1, "b", jedis, () -> jedis.set("a*", "1"));
        assertHints(0, "b", jedis, () -> jedis.set("ab", "1"));
      }
      List<EntryId> many =
          IntStream.range(0, 1001).mapToObj(i -> store.entryOf("key" + i)).toList();
      assertEquals(Optional.empty(), store.watch(Optional.of(many), () -> {}));
    }
  }

  @Test
  void theLostConnectionAndTheClosedWatch() {
    try (RedisServer server = telling().start();
        Store store = Stores.open(new Traffic(), server.url(), LISTED)) {
      Watch watch = watch(store);
      watch.close();
      Patience.until("the end of listening", () -> !watch.listening());
      try (Jedis jedis = server.connect();
          Watch again = watch(store)) {
        assertHints(1, "seen:z", jedis, () -> jedis.set("seen:a", "1"));
        server.kill();
        Patience.until("the loss of the connection", () -> !again.listening());
      }
      assertThrows(StoreException.class, () -> watch(store));
    }
  }

  @Test
  void aUserWhoMayNotSubscribe() {
    try (RedisServer server =
            RedisServer.with().user("reader", "hunter2", "~* +@read +@connection").start();
        Store store =
            Stores.open(
                new Traffic(), "redis://reader:hunter2@127.0.0.1:" + server.port(), LISTED)) {
      StoreException error = assertThrows(StoreException.class, () -> watch(store));
      assertTrue(error.getMessage().contains("does not permit it to this user"), error::getMessage);
      assertTrue(error.getMessage().contains("notifications"), error::getMessage);
      assertFalse(error.getMessage().contains("hunter2"), error::getMessage);
    }
  }

  @Test
  void aUserWhoMayDoNoMoreThanTheDocumentationSays() {
    String rules = "resetchannels &__keyspace@0__:seen:* +psubscribe +subscribe +@connection";
    try (RedisServer server = telling().user("reader", "hunter2", "~* +@read " + rules).start();
        Jedis jedis = server.connect();
        Store store =
            Stores.open(
                new Traffic(), "redis://reader:hunter2@127.0.0.1:" + server.port(), LISTED);
        Watch watch = watch(store)) {
      assertTrue(watch.listening());
      assertHints(1, "seen:z", jedis, () -> jedis.set("seen:a", "1"));
    }
  }

  @Test
  void everyMasterOfACluster() {
    try (RedisCluster cluster = RedisCluster.start(3, 0)) {
      for (RedisServer node : cluster.nodes()) {
        try (Jedis jedis = node.connect()) {
          jedis.configSet("notify-keyspace-events", "K$g");
        }
      }
      try (Store store = Stores.open(new Traffic(), "redis://" + cluster.seeds(), LISTED);
          Watch watch = watch(store)) {
        assertTrue(watch.listening());
        for (int i = 0; i < 30; i++) {
          cluster.set("seen:" + i, new byte[] {1});
        }
        Patience.until("a hint of each", () -> hints.get() >= 30);
        assertEquals(30, hints.get());
      }
    }
  }

  @Test
  void hintsOfAScan(@TempDir Path directory) {
    try (RedisServer server = telling().start();
        Jedis jedis = server.connect()) {
      EnvelopeOptions options =
          EnvelopeOptions.parse(Map.of("url", server.url(), "keys-pattern", "seen:*"));
      try (ChangeHints listener = new ChangeHints(options, hints::incrementAndGet)) {
        assertTrue(listener.listen());
        assertTrue(listener.listen());
        assertEquals("1", patterns(jedis));
        assertHints(1, "seen:z", jedis, () -> jedis.set("seen:a", "1"));
        listener.stop();
        Patience.until("the end of the subscription", () -> patterns(jedis).equals("0"));
        assertTrue(listener.listen());
        assertHints(1, "seen:z", jedis, () -> jedis.set("seen:a", "1"));
        jedis.sendCommand(redis.clients.jedis.Protocol.Command.CLIENT, "KILL", "TYPE", "PUBSUB");
        Patience.until("listening again", () -> listener.listen() && patterns(jedis).equals("1"));
        assertHints(1, "seen:z", jedis, () -> jedis.set("seen:a", "1"));
      }
      Patience.until("the end of the subscription", () -> patterns(jedis).equals("0"));
      server.kill();
      try (ChangeHints dead = new ChangeHints(options, hints::incrementAndGet)) {
        assertFalse(dead.listen());
      }
    }
    try (ChangeHints files =
        new ChangeHints(
            EnvelopeOptions.parse(Map.of("path", directory.toString())), hints::incrementAndGet)) {
      assertFalse(files.listen());
    }
  }

  private static String patterns(Jedis jedis) {
    return jedis.pubsubNumPat().toString();
  }
}

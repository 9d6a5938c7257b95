package dev.envelope.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.EnvelopeException;
import dev.envelope.InvalidOptionException;
import dev.envelope.memory.Allocators;
import dev.envelope.memory.ByteRange;
import dev.envelope.memory.Region;
import dev.envelope.store.EntryId;
import dev.envelope.store.Pull;
import dev.envelope.store.Store;
import dev.envelope.store.StoredEntry;
import dev.envelope.testing.redis.Certificates;
import dev.envelope.testing.redis.Direction;
import dev.envelope.testing.redis.FaultProxy;
import dev.envelope.testing.redis.Patience;
import dev.envelope.testing.redis.RedisCluster;
import dev.envelope.testing.redis.RedisSentinel;
import dev.envelope.testing.redis.RedisServer;
import dev.envelope.testing.redis.SlotMigration;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;

/** Servers of every kind, and what a user is told when one is not as it should be. */
@Timeout(120)
final class RedisServersTest {
  private static final String[] CHUNKED = {"redis-chunk-size", "4k", "redis-window", "2"};

  private final Traffic traffic = new Traffic();
  private final byte[] value = new byte[100_001];

  RedisServersTest() {
    new Random(1).nextBytes(value);
  }

  @AfterEach
  void nothingIsLeft() {
    assertEquals(0, Allocators.root().getAllocatedMemory());
  }

  private void set(RedisServer server, String key) {
    try (Jedis jedis = server.connect()) {
      jedis.set(key.getBytes(UTF_8), value);
    }
  }

  private void assertReadable(Store store, String key) {
    try (BufferAllocator allocator = Allocators.child("test", Long.MAX_VALUE);
        StoredEntry entry = store.open(store.entryOf(key))) {
      entry.stampedBy(64);
      try (Region region = entry.region(allocator, 0)) {
        assertArrayEquals(value, bytes(region, 0, value.length));
      }
      try (Pull pull = entry.pull(allocator, List.of(new ByteRange(9_999, 50_000)), 0);
          Region region = pull.await()) {
        assertArrayEquals(Arrays.copyOfRange(value, 9_999, 59_999), bytes(region, 9_999, 50_000));
      }
    }
  }

  private void assertReadable(String url, String key, String... options) {
    try (Store store = Stores.open(traffic, url, options)) {
      assertReadable(store, key);
    }
  }

  private static byte[] bytes(Region region, long offset, int length) {
    byte[] bytes = new byte[length];
    region.read(offset, ByteBuffer.wrap(bytes));
    return bytes;
  }

  private void assertRefused(String part, String url, String... options) {
    long begun = System.nanoTime();
    try (Store store = Stores.open(traffic, url, options)) {
      EnvelopeException error =
          assertThrows(EnvelopeException.class, () -> store.open(store.entryOf("k")).close());
      assertTrue(error.getMessage().contains(part), error.getMessage());
      // With all that it was noticed by.
      StringWriter trace = new StringWriter();
      error.printStackTrace(new PrintWriter(trace));
      assertFalse(trace.toString().contains("hunter2"), trace.toString());
      // What tools show that show the innermost error only.
      assertNull(error.getCause());
    }
    assertTrue(System.nanoTime() - begun < Duration.ofSeconds(10).toNanos(), "took too long");
  }

  @Test
  void passwordsAndUsers() {
    try (RedisServer server =
        RedisServer.with()
            .password("hunter2")
            .user(
                "reader",
                "hunter2r",
                "~k* +getrange +strlen +exists +type +pttl +scan +multi +exec +watch +hello +role")
            .user("poor", "hunter2p", "~other* +@all")
            .start()) {
      set(server, "k");
      String host = "127.0.0.1:" + server.port();
      assertReadable("redis://:hunter2@" + host, "k");
      assertReadable("redis://" + host, "k", "redis-password", "hunter2");
      assertReadable("redis://reader:hunter2r@" + host, "k");
      assertReadable(
          "redis://" + host, "k", "redis-username", "reader", "redis-password", "hunter2r");
      assertRefused("wants a password; give redis-password", "redis://" + host);
      assertRefused("refuses user and password", "redis://:hunter2wrong@" + host);
      assertRefused("refuses user and password", "redis://nobody:hunter2@" + host);
      assertRefused("does not permit it to this user", "redis://poor:hunter2p@" + host);
      assertRefused("redis-database", "redis://:hunter2@" + host + "/99");
    }
  }

  @Test
  void unixSockets() {
    try (RedisServer server = RedisServer.with().unixSocket().start()) {
      set(server, "k");
      assertReadable("redis-socket://" + server.unixSocket(), "k");
      assertRefused("no such socket", "redis-socket:///nowhere/redis.sock");
    }
  }

  @Test
  void databases() {
    try (RedisServer server = RedisServer.start()) {
      try (Jedis jedis = server.connect()) {
        jedis.select(3);
        jedis.set("k".getBytes(UTF_8), value);
      }
      assertReadable(server.url() + "/3", "k");
      assertReadable(server.url(), "k", "redis-database", "3");
      assertRefused("there is no entry 'k'", server.url());
    }
  }

  @Test
  void tls() {
    try (Certificates authority = Certificates.authority("ours");
        Certificates stranger = Certificates.authority("theirs");
        RedisServer server =
            RedisServer.with().tls(authority, authority.server()).clientCertificates().start();
        RedisServer open = RedisServer.with().tls(authority, authority.server()).start();
        RedisServer expired = RedisServer.with().tls(authority, authority.expired()).start();
        RedisServer other =
            RedisServer.with().tls(authority, authority.serverNamed("elsewhere.test")).start()) {
      String ca = authority.authorityFile().toString();
      Certificates.KeyPairFiles client = authority.client("reader");
      for (RedisServer each : List.of(server, open, expired, other)) {
        set(each, "k");
      }
      assertReadable(
          url(server),
          "k",
          "redis-tls-ca-file",
          ca,
          "redis-tls-certificate-file",
          client.certificate().toString(),
          "redis-tls-key-file",
          client.key().toString());
      assertReadable(url(open), "k", "redis-tls-ca-file", ca);
      assertReadable(url(other), "k", "redis-tls-ca-file", ca, "redis-tls-verify", "ca");
      assertReadable(url(expired), "k", "redis-tls-verify", "none");
      assertRefused("redis-tls-certificate-file", url(server), "redis-tls-ca-file", ca);
      assertRefused("an authority that is not known", url(open));
      assertRefused(
          "an authority that is not known",
          url(open),
          "redis-tls-ca-file",
          stranger.authorityFile().toString());
      assertRefused("has expired", url(expired), "redis-tls-ca-file", ca);
      assertRefused("a certificate for another host", url(other), "redis-tls-ca-file", ca);
      assertRefused(
          "whether the port speaks TLS",
          "rediss://127.0.0.1:" + open.port(),
          "redis-tls-ca-file",
          ca,
          "redis-connect-timeout",
          "2s");
      assertRefused("Redis at 127.0.0.1:" + open.tlsPort(), "redis://127.0.0.1:" + open.tlsPort());
      String none =
          assertThrows(
                  InvalidOptionException.class,
                  () -> Stores.open(traffic, url(open), "redis-tls-ca-file", "/nowhere/ca.pem"))
              .getMessage();
      assertTrue(none.contains("'/nowhere/ca.pem' is not there"), none);
      String noCertificate =
          assertThrows(
                  InvalidOptionException.class,
                  () ->
                      Stores.open(traffic, url(open), "redis-tls-ca-file", client.key().toString()))
              .getMessage();
      assertTrue(noCertificate.contains("give files in PEM"), noCertificate);
    }
  }

  private static String url(RedisServer server) {
    return "rediss://127.0.0.1:" + server.tlsPort();
  }

  @Test
  void serversThatAreNotThere() {
    try (RedisServer server = RedisServer.start()) {
      String gone = server.url();
      server.kill();
      assertRefused("cannot be reached; check host and port", gone);
    }
    assertRefused("is not known by that name", "redis://no-such-host.invalid:1");
  }

  @Test
  void aServerThatSaysNothing() {
    try (RedisServer server = RedisServer.start()) {
      set(server, "k");
      try (Store store = Stores.open(traffic, server.url(), "redis-command-timeout", "1s")) {
        assertReadable(store, "k");
        server.freeze();
        EnvelopeException error =
            assertThrows(EnvelopeException.class, () -> store.open(store.entryOf("k")));
        assertTrue(error.getMessage().contains("answered nothing for 1.0 s"), error.getMessage());
        server.thaw();
        assertReadable(store, "k");
      }
      server.freeze();
      assertRefused("does not answer in time", server.url(), "redis-connect-timeout", "500ms");
      server.thaw();
    }
  }

  @Test
  void aCutConnectionIsMadeGoodAFewTimes() {
    try (RedisServer server = RedisServer.start();
        FaultProxy proxy = FaultProxy.before(server.port())) {
      set(server, "k");
      try (Store store = Stores.open(traffic, proxy.url(), CHUNKED)) {
        for (int at = 10; at < 60_000; at += 5_003) {
          proxy.cutNext(Direction.TO_CLIENT, at);
          assertReadable(store, "k");
        }
        assertTrue(traffic.retries.get() > 5, "" + traffic.retries.get());
        proxy.cutEach(Direction.TO_CLIENT, 9000);
        EnvelopeException error =
            assertThrows(EnvelopeException.class, () -> assertReadable(store, "k"));
        assertTrue(error.getMessage().contains("ended the connection"), error.getMessage());
        proxy.heal();
        assertReadable(store, "k");
      }
    }
  }

  @Test
  void aClusterIsReadNodeByNode() {
    try (RedisCluster cluster = RedisCluster.start(3, 0)) {
      List<String> keys = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        keys.add("k" + i);
        cluster.set("k" + i, value);
      }
      String url = "redis://" + cluster.seeds();
      try (Store store = Stores.open(traffic, url, "keys-pattern", "k*", "key", null)) {
        List<EntryId> ids = store.list();
        assertEquals(keys.stream().sorted().toList(), ids.stream().map(EntryId::name).toList());
        assertTrue(Arrays.stream(store.sizes(ids)).allMatch(size -> size == value.length));
        store.prefetch(ids);
        for (String key : keys) {
          assertReadable(store, key);
        }
        SlotMigration moving = cluster.migrate("k7").moveKeys();
        assertReadable(store, "k7");
        assertEquals(value.length, store.sizes(List.of(store.entryOf("k7")))[0]);
        moving.finish();
        assertReadable(store, "k7");
        assertEquals(ids.size(), store.list().size());
      }
      // One seed is enough to find the others.
      assertReadable("redis://127.0.0.1:" + cluster.masters().get(1).announcedPort(), "k1");
    }
  }

  @Test
  void sentinelLeadsToTheMasterAndToItsSuccessor() {
    try (RedisSentinel sentinel = RedisSentinel.start()) {
      set(sentinel.master(), "k");
      sentinel.sync();
      try (Store store = Stores.open(traffic, sentinel.url(), CHUNKED)) {
        assertReadable(store, "k");
        sentinel.failOver();
        assertReadable(store, "k");
      }
    }
  }

  @Test
  void replicasAreReadWhenAskedFor() {
    try (RedisServer master = RedisServer.start();
        RedisServer replica = RedisServer.with().replicaOf(master).start()) {
      set(master, "k");
      try (Jedis jedis = master.connect()) {
        Patience.until("the replica is in step", () -> jedis.waitReplicas(1, 1000) == 1);
      }
      long before = commands(replica);
      assertReadable(master.url(), "k", "redis-read-from", "replica");
      assertTrue(commands(replica) >= before + 3, "" + commands(replica));

      assertRefused("has no replica", alone(), "redis-read-from", "replica");
    }
  }

  private static long commands(RedisServer server) {
    try (Jedis jedis = server.connect()) {
      return jedis
          .info("commandstats")
          .lines()
          .filter(line -> line.startsWith("cmdstat_getrange"))
          .mapToLong(line -> Long.parseLong(line.replaceAll(".*:calls=(\\d+),.*", "$1")))
          .sum();
    }
  }

  private final List<RedisServer> others = new ArrayList<>();

  private String alone() {
    RedisServer server = RedisServer.start();
    others.add(server);
    return server.url();
  }

  @AfterEach
  void stopOthers() {
    others.forEach(RedisServer::close);
  }

  @Test
  void connectionsAndThreadsEndWithTheLastUser() {
    try (RedisServer server = RedisServer.start()) {
      set(server, "k");
      String name = "mine" + server.port();
      try (Store one = Stores.open(traffic, server.url(), "redis-client-name", name);
          Store two = Stores.open(traffic, server.url(), "redis-client-name", name)) {
        assertReadable(one, "k");
        assertReadable(two, "k");
        assertEquals(1, connections(server, name), "one after the other needs one connection");
      }
      Patience.until(
          "connections and threads are gone",
          () -> connections(server, name) == 0 && threads() == 0);
    }
  }

  private static long connections(RedisServer server, String name) {
    return server.clients().stream().filter(line -> line.contains("name=" + name + " ")).count();
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("envelope-redis"))
        .count();
  }
}

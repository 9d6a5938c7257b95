package dev.envelope.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.InvalidOptionException;
import dev.envelope.StoreException;
import dev.envelope.entry.FunctionName;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.testing.redis.RedisServer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;

/** Namespaces and functions of a real Redis. */
class CacheListingTest {
  private static final String AFTER = ":args:" + "0123456789abcdef".repeat(4) + ":1w";
  private static RedisServer server;

  @BeforeAll
  static void start() {
    server = RedisServer.start();
    try (Jedis client = server.connect()) {
      for (String key :
          List.of(
              "func:plain.one" + AFTER,
              "ns:shop:func:shop.users" + AFTER,
              "ns:shop:func:shop.users" + AFTER + "x",
              "ns:shop:func:shop.users" + AFTER + ":lock",
              "ns:shop:func:shop.features" + AFTER,
              "ns:sh*p:func:odd" + AFTER,
              "ns:shop:2:func:other" + AFTER,
              "t:default:ns:inner:func:tenants.own" + AFTER,
              "t:other:func:tenants.other" + AFTER,
              "by-hand",
              "users:by_id:0123456789abcdef")) {
        client.set(key, "value");
      }
      client.hset("ns:hash:func:not.a.string" + AFTER, "field", "value");
    }
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  private static CacheListing listing(String... more) {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("url", server.url());
    for (int i = 0; i < more.length; i += 2) {
      options.put(more[i], more[i + 1]);
    }
    return CacheListing.of(options);
  }

  @Test
  void functionsOfKeysAsTheyAre() {
    CacheListing listing = listing();
    assertTrue(listing.named());
    assertEquals(
        List.of(
            new FunctionName(null, "plain.one"),
            new FunctionName("hash", "not.a.string"),
            new FunctionName("sh*p", "odd"),
            new FunctionName("shop", "shop.features"),
            new FunctionName("shop", "shop.users"),
            new FunctionName("shop:2", "other")),
        List.copyOf(listing.functions()));
  }

  @Test
  void functionsOfATenant() {
    CacheListing listing = listing("tenant", "default");
    assertEquals(
        List.of(new FunctionName("inner", "tenants.own")), List.copyOf(listing.functions()));
    assertEquals(Set.of("tenants.own"), listing.functionsIn("inner"));
    assertEquals(Set.of(), listing.functionsIn(null));
    assertEquals(Set.of("tenants.other"), listing("tenant", "other").functionsIn(null));
    assertEquals(Set.of(), listing("tenant", "nobody").functions());
  }

  @Test
  void oneNamespaceByItself() {
    CacheListing listing = listing();
    assertEquals(Set.of("shop.features", "shop.users"), listing.functionsIn("shop"));
    assertEquals(Set.of("odd"), listing.functionsIn("sh*p"));
    assertEquals(Set.of("other"), listing.functionsIn("shop:2"));
    assertEquals(Set.of("plain.one"), listing.functionsIn(null));
    for (String none : List.of("nobody", "sho", "", " ", "sh p", "*", "x".repeat(300))) {
      assertEquals(Set.of(), listing.functionsIn(none), none);
    }
  }

  @Test
  void oneFunction() {
    CacheListing listing = listing();
    assertTrue(listing.has(new FunctionName("shop", "shop.users")));
    assertTrue(listing.has(new FunctionName("sh*p", "odd")));
    assertTrue(listing.has(new FunctionName(null, "plain.one")));
    assertFalse(listing.has(new FunctionName("shop", "plain.one")));
    assertFalse(listing.has(new FunctionName(null, "shop.users")));
    // Which 'function' would take for shop_users, that is not there under this name.
    assertFalse(listing.has(new FunctionName("shop", "shop users")));
    assertFalse(listing.has(new FunctionName("shop", "f".repeat(201))));
  }

  @Test
  void itsOptionsSelectItsKeys() {
    CacheListing listing = listing("redis-window", "2");
    Map<String, String> options = listing.optionsOf(new FunctionName("shop", "shop.users"));
    assertEquals(
        Map.of(
            "url",
            server.url(),
            "redis-window",
            "2",
            "namespace",
            "shop",
            "function",
            "shop.users"),
        options);
    assertEquals(2, EntryInspector.Listing.of(EnvelopeOptions.parse(options)).ids().size());
    assertEquals(
        Map.of("url", server.url(), "function", "plain.one"),
        listing().optionsOf(new FunctionName(null, "plain.one")));
  }

  @Test
  void manyKeysPassByWithoutAList() {
    try (RedisServer own = RedisServer.start()) {
      int keys = 30_000;
      try (Jedis client = own.connect();
          Pipeline pipeline = client.pipelined()) {
        for (int i = 0; i < keys; i++) {
          pipeline.set("ns:n%d:func:f%d%s%06d".formatted(i % 3, i % 7, AFTER, i), "");
        }
        pipeline.sync();
      }
      CacheListing listing = CacheListing.of(Map.of("url", own.url()));
      assertEquals(21, listing.functions().size());
      assertEquals(7, listing.functionsIn("n1").size());
      Set<String> seen = new HashSet<>();
      int[] visits = {0};
      try (var store =
          Selection.locationOf(listing.options()).open(ScanMetrics.ofThisJvm().traffic())) {
        store.forEach(
            id -> {
              visits[0]++;
              seen.add(id.key());
            });
        assertEquals(store.list().size(), seen.size());
      }
      assertEquals(keys, seen.size());
      assertTrue(visits[0] >= keys);
    }
  }

  @Test
  void aSelectionMakesOneTable() {
    assertFalse(listing("keys-pattern", "ns:*").named());
    assertFalse(listing("namespace", "shop").named());
    assertFalse(listing("key", "by-hand").named());
  }

  @Test
  void aDirectoryIsOneTable(@TempDir Path directory) {
    CacheListing listing = CacheListing.of(Map.of("path", directory.toString()));
    assertFalse(listing.named());
    assertEquals(directory, listing.options().path().orElseThrow());
  }

  @Test
  void whatIsWrongIsSaidAtOnce() {
    assertThrows(InvalidOptionException.class, () -> listing("redis-windw", "2"));
    assertThrows(InvalidOptionException.class, () -> listing("redis-window", "0"));
    assertThrows(
        InvalidOptionException.class, () -> CacheListing.of(Map.of("url", "memcached://h:1")));
  }

  @Test
  void aServerThatIsNotThere() {
    CacheListing listing =
        CacheListing.of(
            Map.of("url", "redis://:s3cr3t@127.0.0.1:1", "redis-connect-timeout", "1s"));
    for (Runnable question :
        List.<Runnable>of(
            listing::functions,
            () -> listing.functionsIn("n"),
            () -> listing.has(new FunctionName(null, "f")))) {
      StoreException error = assertThrows(StoreException.class, question::run);
      assertTrue(error.getMessage().contains("127.0.0.1:1"), error.getMessage());
      assertFalse(error.getMessage().contains("s3cr3t"), error.getMessage());
    }
    assertFalse(listing.toString().contains("s3cr3t"), listing.toString());
  }
}

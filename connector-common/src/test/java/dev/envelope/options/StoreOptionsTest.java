package dev.envelope.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.InvalidOptionException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the options of a Memcached and of the HTTP API mean, and what the environment adds. */
final class StoreOptionsTest {
  private static final String MEMCACHED = "memcached://a,b:2";
  private static final String HTTP = "https://api.example/x/";

  private static Map<String, String> with(String url, String... pairs) {
    Map<String, String> given = new LinkedHashMap<>();
    given.put("url", url);
    given.put("key", "k");
    if (url.startsWith("http")) {
      given.put("api-key-secret", "hunter2");
    }
    for (int i = 0; i < pairs.length; i += 2) {
      given.put(pairs[i], pairs[i + 1]);
    }
    given.values().removeIf(String::isEmpty);
    return given;
  }

  private static EnvelopeOptions parse(Map<String, String> given, String... environment) {
    Map<String, String> variables = new LinkedHashMap<>();
    for (int i = 0; i < environment.length; i += 2) {
      variables.put(environment[i], environment[i + 1]);
    }
    return EnvelopeOptions.parse(given, Set.of(), variables);
  }

  @Test
  void aMemcachedIsAllItsServers() {
    EnvelopeOptions options =
        parse(
            with(
                MEMCACHED,
                "memcached-key-prefix",
                "app:",
                "memcached-connect-timeout",
                "1s",
                "memcached-command-timeout",
                "2s"));
    assertEquals(
        new MemcachedSettings(
            new MemcachedUrl(List.of(new ServerAddress("a", 11211), new ServerAddress("b", 2))),
            Duration.ofSeconds(1),
            Duration.ofSeconds(2)),
        options.remote().orElseThrow());
    assertEquals("app:", options.keyPrefix());
    assertEquals("memcached://a:11211,b:2", options.place());
  }

  @Test
  void theHttpApiIsABase() {
    EnvelopeOptions options = parse(with(HTTP));
    HttpSettings settings = (HttpSettings) options.remote().orElseThrow();
    assertEquals("https://api.example/x", options.place());
    assertEquals("hunter2", settings.resolveApiKey());
    for (Object shown : List.of(options, settings, options.place())) {
      assertFalse(shown.toString().contains("hunter2"), shown.toString());
    }
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        Arguments.of(with(MEMCACHED, "key", ""), "a Memcached cannot list its keys; give 'key'"),
        Arguments.of(with(HTTP, "key", ""), "the HTTP API cannot list its keys; give 'key'"),
        Arguments.of(
            with(MEMCACHED, "key", "", "keys-pattern", "*"),
            "option 'keys-pattern' is for a Redis: a Memcached cannot list its keys; give the keys"),
        Arguments.of(with(HTTP, "key", "", "namespace", "n"), "the HTTP API cannot list its keys"),
        Arguments.of(
            with(MEMCACHED, "redis-window", "1"),
            "option 'redis-window' is for a Redis, and option 'url' (or the environment, where it"
                + " is not given) names a Memcached; leave one out"),
        Arguments.of(with(MEMCACHED, "api-key-secret", "x"), "is for the HTTP API, and option"),
        Arguments.of(with("redis://h", "memcached-key-prefix", "x"), "is for a Memcached, and"),
        Arguments.of(with(HTTP, "file-access", "read"), "is for a file cache, and option 'url'"),
        Arguments.of(
            with(MEMCACHED, "read-mode", "streaming"),
            "option 'read-mode' = streaming reads parts of entries, and a Memcached hands out whole"),
        Arguments.of(with(HTTP, "read-mode", "projected"), "the HTTP API hands out whole ones"),
        Arguments.of(with(HTTP, "api-key-secret", ""), "the HTTP API wants a key; give option"),
        Arguments.of(
            with(HTTP, "api-key-secret-file", "/f"), "'api-key-secret' and 'api-key-secret-file'"),
        Arguments.of(with("http://h", "http-tls-ca-file", "/f"), "begin it with https://"),
        Arguments.of(with(HTTP, "http-request-timeout", "0"), "'http-request-timeout' is 0"),
        Arguments.of(with(MEMCACHED, "memcached-connect-timeout", "0"), "is 0; give a time"),
        Arguments.of(with("memcached://"), "names no host"),
        Arguments.of(with("memcached://a/1"), "something after the servers of a Memcached"),
        Arguments.of(with("memcached://a:0"), "has a port that does not exist"),
        Arguments.of(with("https://"), "is not a URL"),
        Arguments.of(with("https://h?x=1"), "has a query or a fragment"),
        Arguments.of(with("https://h h"), "is not a URL"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void aRefusalSaysWhatToGive(Map<String, String> given, String part) {
    String message = assertThrows(InvalidOptionException.class, () -> parse(given)).getMessage();
    assertTrue(message.contains(part), message);
  }

  @ParameterizedTest
  @CsvSource({
    "https://me:hunter3@host",
    "https://hunter3@host",
    "memcached://me:hunter3@host",
    "http://:hunter3@host:99999"
  })
  void noRefusalShowsAPassword(String url) {
    String message =
        assertThrows(InvalidOptionException.class, () -> parse(with(url))).getMessage();
    assertFalse(message.contains("hunter"), message);
  }

  @Test
  void theEnvironmentNamesOneStore() {
    Map<String, String> key = Map.of("key", "k");
    assertEquals(
        "memcached://mc1:11211,[::1]:2",
        parse(key, "CACHEKIT_MEMCACHED_SERVERS", "[\"mc1:11211\", \"::1:2\"]").place());
    assertEquals(
        "p:",
        parse(
                key,
                "CACHEKIT_MEMCACHED_SERVERS",
                "[\"mc1:11211\"]",
                "CACHEKIT_MEMCACHED_KEY_PREFIX",
                "p:")
            .keyPrefix());
    EnvelopeOptions api = parse(key, "CACHEKIT_API_KEY", "hunter2", "REDIS_URL", "redis://h");
    assertEquals("https://api.cachekit.io", api.place());
    assertEquals("hunter2", ((HttpSettings) api.remote().orElseThrow()).resolveApiKey());
    assertEquals(
        "https://own.example",
        parse(key, "CACHEKIT_API_KEY", "hunter2", "CACHEKIT_API_URL", "https://own.example")
            .place());
    String message =
        assertThrows(
                InvalidOptionException.class,
                () -> parse(key, "CACHEKIT_API_KEY", "x", "CACHEKIT_REDIS_URL", "redis://h"))
            .getMessage();
    assertTrue(
        message.contains("CACHEKIT_API_KEY and CACHEKIT_REDIS_URL each name a store"), message);
    assertTrue(
        assertThrows(
                InvalidOptionException.class, () -> parse(key, "REDIS_URL", "https://hunter2.io"))
            .getMessage()
            .startsWith("the environment variable REDIS_URL, as option 'url': its value"));
  }

  @Test
  void theKeyOfTheEnvironmentIsForTls() {
    Map<String, String> https = with(HTTP, "api-key-secret", "");
    EnvelopeOptions options = parse(https, "CACHEKIT_API_KEY", "hunter2");
    assertEquals("hunter2", ((HttpSettings) options.remote().orElseThrow()).resolveApiKey());
    Map<String, String> http = with("http://host", "api-key-secret", "");
    assertThrows(InvalidOptionException.class, () -> parse(http, "CACHEKIT_API_KEY", "hunter2"));
    assertEquals("redis://h:6379", parse(with("redis://h"), "CACHEKIT_API_KEY", "k").place());
  }

  @Test
  void travels() throws Exception {
    for (EnvelopeOptions options :
        List.of(
            parse(with(MEMCACHED, "memcached-key-prefix", "a b")),
            parse(with(HTTP, "api-key-secret", ""), "CACHEKIT_API_KEY", "hunter2"))) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
        out.writeObject(options);
        out.writeObject(options.remote().orElseThrow());
      }
      try (ObjectInputStream in =
          new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
        assertEquals(options, in.readObject());
        assertEquals(options.remote().orElseThrow(), in.readObject());
      }
    }
  }
}

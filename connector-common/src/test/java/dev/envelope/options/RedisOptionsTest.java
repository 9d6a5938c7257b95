package dev.envelope.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.InvalidOptionException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the options of a Redis mean, and which go together. */
final class RedisOptionsTest {

  private static Map<String, String> with(String... pairs) {
    Map<String, String> given = new LinkedHashMap<>(Map.of("url", "redis://host", "key", "k"));
    for (int i = 0; i < pairs.length; i += 2) {
      given.put(pairs[i], pairs[i + 1]);
    }
    return given;
  }

  private static Map<String, String> without(String name, String... pairs) {
    Map<String, String> given = with(pairs);
    given.remove(name);
    return given;
  }

  private static EnvelopeOptions parse(Map<String, String> given) {
    return EnvelopeOptions.parse(given, Set.of(), Map.of());
  }

  private static RedisSettings settings(String... pairs) {
    return (RedisSettings) parse(with(pairs)).remote().orElseThrow();
  }

  @Test
  void aUrlAndAKeyAreEnough() {
    EnvelopeOptions options = parse(with());
    RedisSettings settings = (RedisSettings) options.remote().orElseThrow();
    assertEquals(Optional.empty(), options.path());
    assertEquals("redis://host:6379", options.place());
    assertEquals("", options.keyPrefix());
    assertEquals("t:a:", parse(with("tenant", "a")).keyPrefix());
    // There the tenant says who is encrypted for, and no key has a prefix.
    assertEquals("", parse(with("tenant", "a", "format", "interop")).keyPrefix());
    assertEquals(Optional.empty(), options.keysPattern());
    assertNull(settings.username());
    assertNull(settings.resolvePassword());
    assertEquals(0, settings.database());
    assertEquals("envelope", settings.clientName());
    assertEquals(RedisTopology.AUTO, settings.topology());
    assertEquals(RedisReadFrom.MASTER, settings.readFrom());
    assertEquals(new RedisSettings.Tls(null, null, null, TlsVerify.FULL), settings.tls());
    assertEquals(Duration.ofSeconds(5), settings.connectTimeout());
    assertEquals(Duration.ofSeconds(30), settings.commandTimeout());
  }

  @Test
  void everyOptionHasItsPlace() {
    RedisSettings settings =
        settings(
            "url", "rediss://u:p@a:1,b/3",
            "redis-username", "me",
            "redis-password", "secret",
            "redis-database", "7",
            "redis-client-name", "mine",
            "redis-topology", "cluster",
            "redis-read-from", "replica-preferred",
            "redis-tls-ca-file", "/ca",
            "redis-tls-certificate-file", "/cert",
            "redis-tls-key-file", "/key",
            "redis-tls-verify", "none",
            "redis-connect-timeout", "1s",
            "redis-command-timeout", "2s",
            "redis-chunk-size", "4k",
            "redis-window", "9");
    assertEquals("me", settings.username());
    assertEquals("secret", settings.resolvePassword());
    assertEquals(7, settings.database());
    assertEquals("mine", settings.clientName());
    assertEquals(RedisTopology.CLUSTER, settings.topology());
    assertEquals(RedisReadFrom.REPLICA_PREFERRED, settings.readFrom());
    assertEquals(new RedisSettings.Tls("/ca", "/cert", "/key", TlsVerify.NONE), settings.tls());
    assertEquals(Duration.ofSeconds(1), settings.connectTimeout());
    assertEquals(Duration.ofSeconds(2), settings.commandTimeout());
    assertEquals(4096, settings.chunkSize());
    assertEquals(9, settings.window());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "redis://host | redis://host:6379",
        "REDIS://host:1/2 | redis://host:1/2",
        "rediss://a:1,b:2,c | rediss://a:1,b:2,c:6379",
        "redis://[::1]:7/0 | redis://[::1]:7/0",
        "redis://me:p%40ss@host | redis://***@host:6379",
        "redis://:p@ss:w%2Frd@host | redis://***@host:6379",
        "redis://me@host?db=4 | redis://***@host:6379/4",
        "redis-socket:///tmp/a%20b.sock | redis-socket:///tmp/a%20b.sock",
        "unix://:pw@/tmp/s?db=2 | redis-socket://***@/tmp/s?db=2",
        "redis-sentinel://a,b:1/2#cache | redis-sentinel://a:26379,b:1/2#cache",
        "rediss-sentinel://a?sentinelMasterId=m | rediss-sentinel://a:26379#m",
      })
  void urlsAreShownWithoutSecrets(String given, String shown) throws Exception {
    RedisUrl url = new RedisUrlType().parse(given);
    assertEquals(shown, url.toString());
    RedisUrl again = new RedisUrlType().parse(new RedisUrlType().format(url));
    assertEquals(url, again);
  }

  @Test
  void credentialsInUrlsAreDecoded() {
    RedisSettings settings = settings("url", "redis://m%65:p%40s+s%3A@host");
    assertEquals("me", settings.username());
    assertEquals("p@s+s:", settings.resolvePassword());
    assertEquals("q", settings("url", "redis://host?password=q").resolvePassword());
    assertEquals(
        "x", settings("url", "redis://me:y@host", "redis-password", "x").resolvePassword());
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        Arguments.of(with("path", "/cache"), "'path' and 'url' cannot be given together"),
        Arguments.of(
            without("key"), "nothing says which entries of the Redis to read; give one of 'key'"),
        Arguments.of(with("keys-pattern", "*"), "options 'key' and 'keys-pattern' cannot"),
        Arguments.of(with("function", "f"), "options 'key' and 'function' cannot be given"),
        Arguments.of(
            without("key", "namespace", "n", "keys-pattern", "*"),
            "options 'keys-pattern' and 'namespace' cannot be given together"),
        Arguments.of(with("file-access", "map"), "option 'file-access' is for a file cache"),
        Arguments.of(
            Map.of("path", "/cache", "redis-window", "1"), "option 'redis-window' is for a Redis"),
        Arguments.of(
            with("redis-password", "a", "redis-password-env", "B"),
            "options 'redis-password' and 'redis-password-env' cannot"),
        Arguments.of(with("redis-tls-verify", "ca"), "the URL names none; begin it with rediss://"),
        Arguments.of(
            with("url", "rediss://h", "redis-tls-key-file", "/k"), "belong together; give both"),
        Arguments.of(with("redis-command-timeout", "0s"), "'redis-command-timeout' is 0"),
        Arguments.of(with("redis-chunk-size", "65m"), "'redis-chunk-size' is above 64m"),
        Arguments.of(with("redis-chunk-size", "100"), "'100' is too small"),
        Arguments.of(with("redis-window", "65"), "'65' is too large; give a whole number from 1"),
        Arguments.of(with("redis-topology", "ring"), "give auto or standalone or cluster"),
        Arguments.of(
            with("url", "ftp://host"), "'ftp://host' has a scheme of no store that is read"),
        Arguments.of(with("url", "host:6379"), "'host:6379' is not a URL"),
        Arguments.of(with("url", "redis://"), "names no host"),
        Arguments.of(with("url", "redis://h:70000"), "has a port that does not exist"),
        Arguments.of(with("url", "redis://h/x"), "has a database that is not a number"),
        Arguments.of(with("url", "redis://h?ssl=1"), "give the options that begin with redis-"),
        Arguments.of(with("url", "redis-sentinel://h"), "names no master"),
        Arguments.of(with("url", "redis-socket://relative"), "names no absolute path"),
        Arguments.of(with("keys.pattern", "a"), "did you mean 'keys-pattern'?"),
        Arguments.of(
            without("key", "function", "f".repeat(300)), "cachekit hashes keys this long"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void aRefusalSaysWhatToGive(Map<String, String> given, String part) {
    String message = assertThrows(InvalidOptionException.class, () -> parse(given)).getMessage();
    assertTrue(message.contains(part), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "redis://u:hunter2@host:99999",
        "redis://:hunter2@/x",
        "http://u:hunter2@host",
        "redis://host/0?password=hunter2&ssl=1",
        "redis-socket://:hunter2@relative",
      })
  void noRefusalShowsAPassword(String url) {
    String message =
        assertThrows(InvalidOptionException.class, () -> parse(with("url", url))).getMessage();
    assertFalse(message.contains("hunter2"), message);
  }

  @Test
  void nothingShowsAPassword() {
    EnvelopeOptions options =
        parse(with("url", "redis://me:hunter2@host", "redis-password", "hunter3"));
    for (Object shown : new Object[] {options, options.remote().orElseThrow(), options.place()}) {
      assertFalse(shown.toString().contains("hunter"), shown.toString());
    }
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "-, a:*, -, -, a:*",
        "default, a:*, -, -, t:default:a:*",
        "a b*, a:*, -, -, t:a%20b%2A:a:*",
        "-, -, features, -, ns:features:*",
        "-, -, a[b]*, -, ns:a\\[b\\]\\*:*",
        "-, -, a b, -, ns:a_b:*",
        "-, -, -, shop.f, func:shop.f:args:*",
        "-, -, -, a.<locals>..f, func:a._locals_.f:args:*",
        "x, -, n, shop.f, t:x:ns:n:func:shop.f:args:*",
      })
  void selectionsBecomePatterns(
      String tenant, String pattern, String namespace, String function, String expected) {
    Map<String, String> given = without("key");
    Map<String, String> more = new HashMap<>();
    more.put("tenant", tenant);
    more.put("keys-pattern", pattern);
    more.put("namespace", namespace);
    more.put("function", function);
    more.forEach(
        (name, value) -> {
          if (value != null) {
            given.put(name, value);
          }
        });
    assertEquals(Optional.of(expected), parse(given).keysPattern());
  }

  @Test
  void theEnvironmentIsLookedIntoWhereNoStoreIsNamed() {
    Map<String, String> environment =
        Map.of("CACHEKIT_REDIS_URL", "redis://kit", "REDIS_URL", "redis://plain");
    assertEquals(
        "redis://kit:6379",
        EnvelopeOptions.parse(Map.of("key", "k"), Set.of(), environment).place());
    assertEquals(
        "redis://plain:6379",
        EnvelopeOptions.parse(Map.of("key", "k"), Set.of(), Map.of("REDIS_URL", "redis://plain"))
            .place());
    assertEquals("redis://host:6379", EnvelopeOptions.parse(with(), Set.of(), environment).place());
    assertEquals(
        "/cache", EnvelopeOptions.parse(Map.of("Path", "/cache"), Set.of(), environment).place());
    String message =
        assertThrows(
                InvalidOptionException.class,
                () ->
                    EnvelopeOptions.parse(
                        Map.of("key", "k"), Set.of(), Map.of("REDIS_URL", "http://:hunter2@h")))
            .getMessage();
    assertTrue(
        message.startsWith("the environment variable REDIS_URL, as option 'url': "), message);
    assertFalse(message.contains("hunter2"), message);
  }

  @Test
  void passwordsElsewhereAreLookedUpWhenTheyAreNeeded(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("pw");
    RedisSettings settings =
        settings("url", "redis://:old@host", "redis-password-file", file.toString());
    assertTrue(
        assertThrows(InvalidOptionException.class, settings::resolvePassword)
            .getMessage()
            .startsWith("option 'redis-password-file': the file cannot be read"));
    Files.writeString(file, "hunter2\n");
    assertEquals("hunter2", settings.resolvePassword());
    RedisSettings variable = settings("redis-password-env", "PW");
    assertEquals("hunter3", variable.resolvePassword(Map.of("PW", "hunter3")));
    assertThrows(InvalidOptionException.class, () -> variable.resolvePassword(Map.of()));
  }

  @Test
  void travels() throws Exception {
    EnvelopeOptions options =
        EnvelopeOptions.parse(
            Map.of("key", "k", "redis-window", "3"),
            Set.of(),
            Map.of("REDIS_URL", "rediss://me:p%20w@a:1,b/3"));
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

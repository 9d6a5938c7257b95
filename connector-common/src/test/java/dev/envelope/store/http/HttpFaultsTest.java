package dev.envelope.store.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.ChangedEntryException;
import dev.envelope.EnvelopeException;
import dev.envelope.InvalidOptionException;
import dev.envelope.MissingEntryException;
import dev.envelope.StoreException;
import dev.envelope.memory.Allocators;
import dev.envelope.memory.Region;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.options.HttpSettings;
import dev.envelope.store.Store;
import dev.envelope.store.StoredEntry;
import dev.envelope.testing.HttpApi;
import dev.envelope.testing.redis.Certificates;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that refuse, send elsewhere, break off, stand still, or are not who they should be. */
final class HttpFaultsTest {
  private final byte[] value = random(3_000_000);
  private HttpApi api;

  @BeforeEach
  void start() {
    api = new HttpApi();
    api.put("k", value);
  }

  @AfterEach
  void stop() {
    api.close();
    assertEquals(0, Allocators.root().getAllocatedMemory());
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static Store store(String url, String... more) {
    Map<String, String> given = new HashMap<>();
    given.put("url", url);
    given.put("key", "unused");
    given.put("api-key-secret", HttpApi.API_KEY);
    given.put("http-request-timeout", "500ms");
    for (int i = 0; i < more.length; i += 2) {
      given.put(more[i], more[i + 1]);
    }
    given.values().removeIf(String::isEmpty);
    return new HttpStoreLocation((HttpSettings) EnvelopeOptions.parse(given).remote().orElseThrow())
        .open();
  }

  private static byte[] read(Store store) {
    try (BufferAllocator allocator = Allocators.child("test", Long.MAX_VALUE);
        StoredEntry entry = store.open(store.entryOf("k"));
        Region region = entry.region(allocator, 0)) {
      byte[] bytes = new byte[(int) region.size()];
      region.read(0, ByteBuffer.wrap(bytes));
      return bytes;
    }
  }

  private static String refusal(Store store) {
    String message = assertThrows(StoreException.class, () -> read(store)).getMessage();
    assertFalse(message.contains("hunter2"), message);
    assertTrue(message.contains("'k'"), message);
    return message;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "401 | 1 | refuses the API key (status 401); check api-key-secret",
        "403 | 1 | refuses the API key (status 403)",
        "400 | 1 | answers with status 400; check that the URL is that of the API",
        "204 | 1 | answers with status 204",
        "302 | 1 | sends on to another place (status 302), which is not followed",
        "501 | 1 | has trouble of its own (status 501)",
        "429 | 4 | refuses more requests for now (status 429); read fewer entries at once",
        "500 | 4 | has trouble of its own (status 500); try again later",
        "503 | 4 | has trouble of its own (status 503)",
      })
  void aRefusalSaysWhatToDo(int status, int requests, String part) {
    api.next(status, 10);
    try (Store store = store(api.url())) {
      String message = refusal(store);
      assertTrue(message.contains(part), message);
    }
    assertEquals(requests, api.requests().size());
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 502, 503, 504})
  void whatPassesIsWaitedFor(int status) {
    api.next(status, 2);
    try (Store store = store(api.url())) {
      assertArrayEquals(value, read(store));
    }
    assertEquals(3, api.requests().size());
  }

  @Test
  void aServerSaysHowLongToWait() {
    api.next(
        exchange -> {
          exchange.getResponseHeaders().add("Retry-After", "1");
          exchange.sendResponseHeaders(429, -1);
        });
    try (Store store = store(api.url())) {
      long start = System.nanoTime();
      assertArrayEquals(value, read(store));
      assertTrue(System.nanoTime() - start >= 1_000_000_000L);
      api.next(
          exchange -> {
            exchange.getResponseHeaders().add("Retry-After", "3600");
            exchange.sendResponseHeaders(429, -1);
          });
      String message = refusal(store);
      assertTrue(message.contains("asks for 3600 s of patience"), message);
    }
  }

  @Test
  void theKeyIsNotTakenElsewhere() {
    try (HttpApi other = new HttpApi();
        Store store = store(api.url())) {
      other.put("k", value);
      api.next(
          exchange -> {
            exchange.getResponseHeaders().add("Location", other.url() + "/v1/cache/k");
            exchange.sendResponseHeaders(307, -1);
          });
      assertTrue(refusal(store).contains("status 307"));
      assertEquals(List.of(), other.requests());
    }
  }

  @Test
  void keysAreEncodedIntoThePath() {
    api.put("ns:a/b c?d", value);
    try (Store store = store(api.url() + "/")) {
      store.open(store.entryOf("ns:a/b c?d")).close();
      for (String reserved : List.of(".", "..", "", "health", "ttl", "lock")) {
        assertThrows(MissingEntryException.class, () -> store.open(store.entryOf(reserved)));
      }
    }
    assertEquals(List.of("GET /v1/cache/ns%3Aa%2Fb%20c%3Fd"), api.requests());
  }

  @Test
  void aBodyWithoutALengthIsGathered() {
    byte[] large = random(5_300_001);
    try (Store store = store(api.url())) {
      for (byte[] body : new byte[][] {large, new byte[0], new byte[] {1}, value}) {
        api.next(exchange -> HttpApi.sendChunked(exchange, body));
        assertArrayEquals(body, read(store));
      }
    }
  }

  @Test
  void aBodyThatBreaksOffIsAskedForAgain() {
    try (Store store = store(api.url())) {
      for (int cut : new int[] {0, 100, 5000, 1_000_000, value.length - 1}) {
        api.next(
            exchange -> {
              exchange.sendResponseHeaders(200, value.length);
              exchange.getResponseBody().write(value, 0, cut);
              exchange.getResponseBody().flush();
            });
        assertArrayEquals(value, read(store), "cut after " + cut);
      }
      for (int i = 0; i < 20; i++) {
        api.next(
            exchange -> {
              exchange.sendResponseHeaders(200, value.length);
              exchange.getResponseBody().write(value, 0, 100_000);
            });
      }
      refusal(store);
    }
  }

  @Test
  void whatIsAskedForAgainIsOfTheSameWrite() {
    byte[] other = value.clone();
    other[5] ^= 1;
    api.next(
        exchange -> {
          exchange.sendResponseHeaders(200, other.length);
          exchange.getResponseBody().write(other, 0, 100_000);
        });
    try (Store store = store(api.url())) {
      assertThrows(ChangedEntryException.class, () -> read(store));
    }
  }

  @Test
  void aLengthThatNoValueHasIsNotAllocated() {
    for (int i = 0; i < 4; i++) {
      api.next(
          exchange -> {
            exchange.sendResponseHeaders(200, 1L << 50);
            exchange.getResponseBody().write(value);
          });
    }
    try (Store store = store(api.url())) {
      assertTrue(refusal(store).contains("answers with what cannot be read: the Content-Length"));
    }
  }

  @Test
  void aLengthBeyondTheLimitIsRefusedAtOnce() {
    api.next(
        exchange -> {
          exchange.sendResponseHeaders(200, 1L << 31);
          exchange.getResponseBody().write(value);
        });
    try (Store store = store(api.url());
        BufferAllocator allocator = Allocators.child("test", 1 << 20);
        StoredEntry entry = store.open(store.entryOf("k"))) {
      assertThrows(OutOfMemoryException.class, () -> entry.region(allocator, 0));
    }
  }

  @Test
  void anEncodedBodyIsRefused() {
    api.next(
        exchange -> {
          exchange.getResponseHeaders().add("Content-Encoding", "gzip");
          HttpApi.send(exchange, new byte[10]);
        });
    try (Store store = store(api.url())) {
      assertTrue(refusal(store).contains("the body is encoded"));
    }
  }

  @Test
  void aServerThatStandsStillIsGivenUp() {
    for (boolean inBody : new boolean[] {false, true}) {
      for (int i = 0; i < 3; i++) {
        api.next(
            exchange -> {
              if (inBody) {
                exchange.sendResponseHeaders(200, value.length);
                exchange.getResponseBody().write(value, 0, 100_000);
                exchange.getResponseBody().flush();
              }
              sleep(1500);
            });
      }
      try (Store store = store(api.url())) {
        long start = System.nanoTime();
        String message = refusal(store);
        assertTrue(message.contains("does not answer in time; check the server"), message);
        assertTrue(System.nanoTime() - start < 10_000_000_000L);
      }
      api.clear();
      api.put("k", value);
    }
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aServerThatIsNotTrustedGetsNoKey() {
    try (Certificates known = Certificates.authority("known");
        Certificates unknown = Certificates.authority("unknown");
        HttpApi stranger = new HttpApi(unknown.server());
        HttpApi expired = new HttpApi(known.expired());
        HttpApi other = new HttpApi(known.serverNamed("other.example"));
        HttpApi trusted = new HttpApi(known.server())) {
      String ca = known.authorityFile().toString();
      for (HttpApi one : List.of(stranger, expired, other)) {
        try (Store store = store(one.url(), "http-tls-ca-file", ca)) {
          String message = refusal(store);
          assertTrue(message.contains("shows a certificate that is not trusted"), message);
        }
        assertEquals(List.of(), one.requests());
      }
      trusted.put("k", value);
      try (Store store = store(trusted.url(), "http-tls-ca-file", ca)) {
        assertArrayEquals(value, read(store));
      }
      String plain = api.url().replace("http://", "https://");
      try (Store store = store(plain, "http-tls-ca-file", ca)) {
        String message = refusal(store);
        assertTrue(message.contains("TLS"), message);
      }
    }
  }

  @Test
  void authoritiesComeFromASoundFile(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("ca");
    String[] options = {"http-tls-ca-file", file.toString()};
    for (String content : new String[] {null, "", "no certificate"}) {
      if (content != null) {
        Files.writeString(file, content);
      }
      String message =
          assertThrows(
                  InvalidOptionException.class, () -> store("https://127.0.0.1:1", options).close())
              .getMessage();
      assertTrue(message.startsWith("option 'http-tls-ca-file': the file '" + file), message);
    }
  }

  @Test
  void keysComeFromFilesAsWell(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("key");
    String[] options = {"api-key-secret", "", "api-key-secret-file", file.toString()};
    assertThrows(InvalidOptionException.class, () -> store(api.url(), options));
    Files.writeString(file, HttpApi.API_KEY + "\n");
    try (Store store = store(api.url(), options)) {
      assertArrayEquals(value, read(store));
    }
    Files.writeString(file, "hunter2 hunter2");
    EnvelopeException refused =
        assertThrows(InvalidOptionException.class, () -> store(api.url(), options));
    assertFalse(refused.getMessage().contains("hunter2"), refused.getMessage());
  }
}

package dev.envelope.store.memcached;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.ChangedEntryException;
import dev.envelope.StoreException;
import dev.envelope.memory.Allocators;
import dev.envelope.memory.Region;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.options.MemcachedSettings;
import dev.envelope.store.EntryId;
import dev.envelope.store.Store;
import dev.envelope.store.StoredEntry;
import dev.envelope.testing.redis.Direction;
import dev.envelope.testing.redis.FaultProxy;
import dev.envelope.testing.redis.MemcachedServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Servers that break off, stand still, or are no Memcached. */
final class MemcachedFaultsTest {
  private static MemcachedServer server;

  @BeforeAll
  static void start() {
    server = MemcachedServer.start("-I", "64m", "-m", "256");
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @AfterEach
  void nothingIsLeft() {
    assertEquals(0, Allocators.root().getAllocatedMemory());
  }

  private static Store store(int port) {
    EnvelopeOptions options =
        EnvelopeOptions.parse(
            Map.of(
                "url", "memcached://127.0.0.1:" + port,
                "key", "unused",
                "memcached-command-timeout", "500ms"));
    return new MemcachedStoreLocation((MemcachedSettings) options.remote().orElseThrow(), "")
        .open();
  }

  private static byte[] random(int length) {
    byte[] value = new byte[length];
    new Random(length).nextBytes(value);
    return value;
  }

  private static byte[] read(Store store, String key) {
    try (BufferAllocator allocator = Allocators.child("test", Long.MAX_VALUE);
        StoredEntry entry = store.open(store.entryOf(key));
        Region region = entry.region(allocator, 0)) {
      byte[] bytes = new byte[(int) region.size()];
      region.read(0, ByteBuffer.wrap(bytes));
      return bytes;
    }
  }

  @Test
  void aConnectionThatEndsInTheMiddleIsMadeAgain() throws IOException {
    byte[] value = random(3_000_000);
    server.set("k", value);
    try (FaultProxy proxy = FaultProxy.before(server.port());
        Store store = store(proxy.port())) {
      for (int cut : new int[] {1, 5, 20, 1000, 6000, 100_000, 2_999_999}) {
        proxy.cutNext(Direction.TO_CLIENT, cut);
        assertArrayEquals(value, read(store, "k"), "cut after " + cut);
      }
    }
  }

  @Test
  void aConnectionThatEndedInBetweenIsNotNoticed() {
    server.set("k", random(100));
    try (Store store = store(server.port())) {
      for (int i = 0; i < 3; i++) {
        assertEquals(100, read(store, "k").length);
        server.restart();
        server.set("k", random(100));
      }
    }
  }

  @Test
  void anAnswerThatIsAskedForAgainIsOfTheSameWrite() {
    server.set("k", random(3_000_000));
    try (FaultProxy proxy = FaultProxy.before(server.port());
        Store store = store(proxy.port());
        BufferAllocator allocator = Allocators.child("test", Long.MAX_VALUE)) {
      proxy.cutNext(Direction.TO_CLIENT, 100_000);
      try (StoredEntry entry = store.open(store.entryOf("k"))) {
        byte[] other = random(3_000_000);
        other[7] ^= 1;
        server.set("k", other);
        assertThrows(ChangedEntryException.class, () -> entry.region(allocator, 0));
      }
    }
  }

  @Test
  void aServerThatStandsStillIsGivenUp() {
    server.set("k", random(100));
    try (Store store = store(server.port())) {
      server.freeze();
      Instant start = Instant.now();
      String message;
      try {
        message =
            assertThrows(StoreException.class, () -> store.open(store.entryOf("k"))).getMessage();
      } finally {
        server.thaw();
      }
      assertTrue(message.contains("does not answer in time; check the server"), message);
      assertTrue(Duration.between(start, Instant.now()).toSeconds() < 5);
      assertEquals(100, read(store, "k").length);
    }
  }

  @Test
  void expiryIsTheServers() {
    server.set("lasting", random(10));
    server.set("k", random(10), 1000);
    try (Store store = store(server.port());
        StoredEntry lasting = store.open(store.entryOf("lasting"));
        StoredEntry entry = store.open(store.entryOf("k"))) {
      assertEquals(0, lasting.expiresAt());
      long left = entry.expiresAt() - Instant.now().getEpochSecond();
      assertTrue(left > 990 && left <= 1001, "" + left);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "HTTP/1.1 400 Bad Request | is not Memcached's text protocol",
        "VALUE other 0 5 | is not Memcached's text protocol (an answer to another question)",
        "VALUE k 0 9999999999 | is not Memcached's text protocol (an answer to another question)",
        "VALUE k 0 -5 | is not Memcached's text protocol",
        "VALUE k 0 99999999999999999999 | is not Memcached's text protocol",
        "SERVER_ERROR out of memory | answers: SERVER_ERROR out of memory",
        "CLIENT_ERROR bad command line format | answers: CLIENT_ERROR bad command line format",
        "ERROR | answers: ERROR",
      })
  void whatIsNoAnswerIsRefused(String answer, String part) throws IOException {
    try (Scripted scripted = new Scripted(line -> answer + "\r\n");
        Store store = store(scripted.port())) {
      String message =
          assertThrows(StoreException.class, () -> store.open(store.entryOf("k"))).getMessage();
      assertTrue(message.contains(part), message);
      assertTrue(message.contains("(entry 'k')"), message);
    }
  }

  @Test
  void aLineWithoutAnEndIsRefused() throws IOException {
    try (Scripted scripted = new Scripted(line -> "VALUE ".repeat(100_000));
        Store store = store(scripted.port())) {
      String message =
          assertThrows(StoreException.class, () -> store.open(store.entryOf("k"))).getMessage();
      assertTrue(message.contains("a line without an end"), message);
    }
  }

  @Test
  void aValueThatIsLongerThanItsLengthIsRefused() throws IOException {
    try (Scripted scripted = new Scripted(line -> "VALUE k 0 5\r\nabcdefgh\r\nEND\r\n");
        Store store = store(scripted.port())) {
      assertThrows(StoreException.class, () -> read(store, "k"));
    }
  }

  /** Servers before 1.6 do not know {@code mg}; none of them is at hand. */
  @Test
  void aServerWithoutMetaCommandsTellsLengthsByValues() throws IOException {
    UnaryOperator<String> old =
        line ->
            line.startsWith("mg ")
                ? "ERROR\r\n"
                : line.equals("get k") ? "VALUE k 0 5\r\nabcde\r\nEND\r\n" : "END\r\n";
    try (Scripted scripted = new Scripted(old);
        Store store = store(scripted.port())) {
      List<EntryId> ids =
          List.of(store.entryOf("a"), store.entryOf("k"), store.entryOf("b"), store.entryOf("k"));
      assertArrayEquals(new long[] {-1, 5, -1, 5}, store.sizes(ids));
      assertArrayEquals("abcde".getBytes(US_ASCII), read(store, "k"));
      try (StoredEntry entry = store.open(store.entryOf("k"))) {
        assertEquals(0, entry.expiresAt());
      }
    }
  }

  @Test
  void manyLengthsAreAskedForAtOnce() {
    for (int i = 0; i < 500; i++) {
      server.set("many" + i, random(i));
    }
    try (Store store = store(server.port())) {
      EntryId[] ids = new EntryId[2000];
      Arrays.setAll(ids, i -> store.entryOf("many" + i));
      long[] sizes = store.sizes(List.of(ids));
      for (int i = 0; i < ids.length; i++) {
        assertEquals(i < 500 ? i : -1, sizes[i]);
      }
    }
  }

  /** Answers each line with what a function says. */
  private static final class Scripted implements AutoCloseable {
    private final ServerSocket socket;

    Scripted(UnaryOperator<String> answers) throws IOException {
      socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
      Thread thread = new Thread(() -> serve(answers), "scripted");
      thread.setDaemon(true);
      thread.start();
    }

    private void serve(UnaryOperator<String> answers) {
      while (!socket.isClosed()) {
        try (Socket client = socket.accept();
            BufferedReader lines =
                new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII))) {
          for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            client.getOutputStream().write(answers.apply(line).getBytes(US_ASCII));
          }
        } catch (IOException clientWentAway) {
          // Most of what is tested ends so; the next one may come.
        }
      }
    }

    int port() {
      return socket.getLocalPort();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}

package dev.envelope.testing.redis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.Jedis;

final class FaultProxyTest {
  private static final byte[] KEY = "k".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] VALUE = new byte[300_000];
  private static RedisServer server;

  private FaultProxy proxy;
  private Socket socket;

  @BeforeAll
  static void start() {
    for (int i = 0; i < VALUE.length; i++) {
      VALUE[i] = (byte) (i % 251);
    }
    server = RedisServer.start();
    try (Jedis redis = server.connect()) {
      redis.set(KEY, VALUE);
      redis.set("short", "abc");
    }
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @BeforeEach
  void connect() throws IOException {
    proxy = FaultProxy.before(server.port());
    socket = new Socket(Ports.loopback(), proxy.port());
    socket.setSoTimeout(10_000);
  }

  @AfterEach
  void disconnect() throws IOException {
    socket.close();
    proxy.close();
    assertEquals(0, proxy.connections());
  }

  private void send(String commands) throws IOException {
    socket.getOutputStream().write(commands.getBytes(StandardCharsets.US_ASCII));
  }

  private byte[] receive(int length) throws IOException {
    return socket.getInputStream().readNBytes(length);
  }

  private String text(int length) throws IOException {
    return new String(receive(length), StandardCharsets.US_ASCII);
  }

  /** All that comes until the end of the stream. */
  private byte[] rest() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    socket.getInputStream().transferTo(all);
    return all.toByteArray();
  }

  @Test
  void passesOnAndCounts() throws IOException {
    send("GET k\r\n");
    assertEquals("$300000\r\n", text(9));
    assertArrayEquals(VALUE, receive(VALUE.length));
    assertEquals("\r\n", text(2));
    assertEquals(7, proxy.bytes(Direction.TO_SERVER));
    assertEquals(300_011, proxy.bytes(Direction.TO_CLIENT));
    assertEquals(300_018, proxy.bytes());
    assertEquals(1, proxy.accepted());
    assertEquals(1, proxy.connections());
  }

  @Test
  void cutsAfterSoManyBytesOfReplies() throws IOException {
    proxy.cutNext(Direction.TO_CLIENT, 1009);
    send("GET k\r\n");
    byte[] got = rest();
    assertEquals(1009, got.length);
    assertArrayEquals(Arrays.copyOf(VALUE, 1000), Arrays.copyOfRange(got, 9, 1009));
    // Once only.
    socket.close();
    socket = new Socket(Ports.loopback(), proxy.port());
    send("GET short\r\n");
    assertEquals("$3\r\nabc\r\n", text(9));
  }

  @Test
  void cutsAfterSoManyBytesOfRequests() throws IOException {
    proxy.cutNext(Direction.TO_SERVER, 14);
    send("GET short\r\nGET short\r\n");
    assertTrue(rest().length <= 9);
    assertEquals(14, proxy.bytes(Direction.TO_SERVER));
  }

  @Test
  void cutsEveryConnection() throws IOException {
    proxy.cutEach(Direction.TO_CLIENT, 5);
    for (int i = 0; i < 3; i++) {
      send("GET short\r\n");
      assertEquals("$3\r\na", new String(rest(), StandardCharsets.US_ASCII));
      socket.close();
      socket = new Socket(Ports.loopback(), proxy.port());
    }
    proxy.heal();
    send("GET short\r\n");
    assertEquals("$3\r\nabc\r\n", text(9));
  }

  @ParameterizedTest
  @CsvSource({
    "IN_HEADER, 300022",
    "IN_PAYLOAD, 450029",
    "AFTER_PAYLOAD, 600029",
    "AFTER_REPLY, 600031"
  })
  void cutsWhereItIsTold(Spot spot, int expected) throws IOException {
    proxy.cutAt(spot, 1000, 2);
    // Neither the short reply nor the first of the long ones counts.
    send("GET k\r\nGET short\r\nGET k\r\nGET k\r\n");
    assertEquals(expected, rest().length);
  }

  @Test
  void doesSomethingBetweenTwoReplies() throws IOException {
    AtomicInteger times = new AtomicInteger();
    proxy.when(
        Spot.AFTER_REPLY,
        1000,
        1,
        () -> {
          times.incrementAndGet();
          assertEquals(300_011, proxy.bytes(Direction.TO_CLIENT));
        });
    send("GET k\r\nGET k\r\n");
    assertEquals(600_022, receive(600_022).length);
    assertEquals(1, times.get());
  }

  @ParameterizedTest
  @CsvSource({"299999, $299999", "300001, $300001", "-1, $-1"})
  void liesAboutALength(long claimed, String head) throws IOException {
    proxy.lie(1000, length -> claimed);
    send("GET short\r\nGET k\r\nGET k\r\n");
    assertEquals("$3\r\nabc\r\n" + head + "\r\n", text(9 + head.length() + 2));
    assertArrayEquals(VALUE, receive(VALUE.length));
    assertEquals("\r\n$300000\r\n", text(11));
  }

  @Test
  void letsFewBytesThroughASecond() throws IOException {
    proxy.throttle(Direction.TO_CLIENT, 20);
    send("GET short\r\n");
    long start = System.nanoTime();
    assertEquals("$3\r\nabc\r\n", text(9));
    long millis = (System.nanoTime() - start) / 1_000_000;
    assertTrue(millis >= 350 && millis < 2000, millis + " ms");
  }

  @Test
  void waitsBeforeItPassesOn() throws IOException {
    proxy.delay(Direction.TO_CLIENT, Duration.ofMillis(200));
    long start = System.nanoTime();
    send("GET short\r\n");
    assertEquals(9, receive(9).length);
    assertTrue(System.nanoTime() - start >= 200_000_000);
  }

  @Test
  void holdsBackUntilItFlows() throws IOException {
    proxy.stall();
    send("GET short\r\n");
    socket.setSoTimeout(200);
    assertThrows(SocketTimeoutException.class, () -> receive(1));
    proxy.flow();
    socket.setSoTimeout(10_000);
    assertEquals("$3\r\nabc\r\n", text(9));
  }

  @Test
  void refusesAndAcceptsAgain() throws IOException {
    send("GET short\r\n");
    assertEquals(9, receive(9).length, "it is connected, not just about to be");
    proxy.refuse();
    assertThrows(ConnectException.class, () -> new Socket(Ports.loopback(), proxy.port()));
    send("GET short\r\n");
    assertEquals(9, receive(9).length, "what is connected stays so");
    proxy.accept();
    socket.close();
    socket = new Socket(Ports.loopback(), proxy.port());
    send("GET short\r\n");
    assertEquals(9, receive(9).length);
  }

  @Test
  void passesOnWhatItDoesNotUnderstand() throws IOException {
    try (java.net.ServerSocket echo = new java.net.ServerSocket(0, 1, Ports.loopback());
        FaultProxy before = FaultProxy.before(echo.getLocalPort());
        Socket client = new Socket(Ports.loopback(), before.port());
        Socket peer = echo.accept()) {
      byte[] record = {0x16, 3, 1, '$', '5', '\r', '\n'};
      peer.getOutputStream().write(record);
      assertArrayEquals(record, client.getInputStream().readNBytes(record.length));
    }
  }

  @Test
  void endsWhenTheServerDoes() throws IOException {
    try (RedisServer other = RedisServer.start();
        FaultProxy before = FaultProxy.before(other.port());
        Socket client = new Socket(Ports.loopback(), before.port())) {
      client.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      assertNotEquals(-1, client.getInputStream().readNBytes(7).length);
      other.kill();
      assertEquals(-1, client.getInputStream().read());
    }
  }
}

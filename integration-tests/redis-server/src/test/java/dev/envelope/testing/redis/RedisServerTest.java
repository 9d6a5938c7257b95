package dev.envelope.testing.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

final class RedisServerTest {
  @Test
  void theBundledOneRuns() {
    RedisBinary bundled = RedisBinary.bundledOne();
    if (!"1".equals(System.getenv("ENVELOPE_REQUIRE_ALL"))) {
      assumeTrue(bundled != null, "the bundled redis-server does not run on this machine");
    }
    assertNotNull(bundled);
    assertTrue(bundled.bundled());
    assertTrue(bundled.atLeast(6, 2), bundled.version());
    assertFalse(bundled.atLeast(99, 0), bundled.version());
  }

  @Test
  void keepsValuesUntilItIsKilled() {
    try (RedisServer server = RedisServer.start()) {
      try (Jedis redis = server.connect()) {
        redis.set("a", "1");
        assertEquals("1", redis.get("a"));
      }
      server.restart();
      try (Jedis redis = server.connect()) {
        assertNull(redis.get("a"));
      }
      server.kill();
      assertThrows(JedisConnectionException.class, () -> server.connect().ping());
    }
  }

  @Test
  void nothingIsLeftOfAClosedServer() {
    RedisServer server = RedisServer.with().unixSocket().start();
    long pid = server.pid();
    assertTrue(Files.exists(server.unixSocket()));
    server.close();
    assertTrue(ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    assertFalse(Files.exists(server.unixSocket().getParent()));
  }

  @Test
  void whatFailsToStartTellsItsLog() {
    RedisBinary.require();
    RedisConfig config = RedisServer.with().set("no-such-directive", "1");
    IllegalStateException error = assertThrows(IllegalStateException.class, config::start);
    assertTrue(error.getMessage().contains("no-such-directive"), error.getMessage());
  }

  @Test
  void usersMayDoWhatTheirRulesSay() {
    try (RedisServer server =
            RedisServer.with()
                .password("pass \"word\"")
                .user("reader", "secret", "~cache:* +get +ping")
                .start();
        Jedis redis = server.connect()) {
      redis.set("cache:a", "1");
      try (Jedis anonymous = new Jedis("127.0.0.1", server.port())) {
        assertTrue(
            assertThrows(JedisDataException.class, () -> anonymous.get("cache:a"))
                .getMessage()
                .startsWith("NOAUTH"));
      }
      var reader = DefaultJedisClientConfig.builder().user("reader").password("secret").build();
      try (Jedis limited = new Jedis(new HostAndPort("127.0.0.1", server.port()), reader)) {
        assertEquals("1", limited.get("cache:a"));
        assertThrows(JedisAccessControlException.class, () -> limited.get("other"));
        assertThrows(JedisAccessControlException.class, () -> limited.strlen("cache:a"));
      }
    }
  }

  @Test
  void aFrozenServerAnswersWhenItThaws() throws Exception {
    try (RedisServer server = RedisServer.start();
        Jedis redis = server.connect()) {
      server.freeze();
      Thread thaw =
          new Thread(
              () -> {
                Patience.pause(Duration.ofMillis(300));
                server.thaw();
              });
      long start = System.nanoTime();
      thaw.start();
      assertEquals("PONG", redis.ping());
      assertTrue(System.nanoTime() - start > Duration.ofMillis(250).toNanos());
      thaw.join();
    }
  }

  @Test
  void listensOnAUnixSocket() throws IOException {
    try (RedisServer server = RedisServer.with().unixSocket().start();
        SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.connect(UnixDomainSocketAddress.of(server.unixSocket()));
      socket.write(ByteBuffer.wrap("PING\r\n".getBytes(StandardCharsets.US_ASCII)));
      ByteBuffer reply = ByteBuffer.allocate(64);
      socket.read(reply);
      assertEquals(
          "+PONG\r\n", new String(reply.array(), 0, reply.position(), StandardCharsets.US_ASCII));
    }
  }

  @Test
  void tellsWhoElseIsConnected() {
    try (RedisServer server = RedisServer.start()) {
      assertEquals(0, server.clients().size());
      try (Jedis other = new Jedis("127.0.0.1", server.port())) {
        other.clientSetname("guest");
        assertEquals(1, server.clients().size());
        assertTrue(server.clients().get(0).contains("name=guest"));
      }
    }
  }

  @Test
  void replicasFollowTheirMaster() {
    try (RedisServer master = RedisServer.start();
        RedisServer replica = RedisServer.with().replicaOf(master).start();
        Jedis redis = master.connect();
        Jedis copy = replica.connect()) {
      redis.set("a", "1");
      assertEquals(1, redis.waitReplicas(1, 10_000));
      assertEquals("1", copy.get("a"));
      assertEquals(0, master.clients().size());
    }
  }
}

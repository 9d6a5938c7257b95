package dev.envelope.testing;

import dev.envelope.testing.redis.RedisServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import redis.clients.jedis.Jedis;

/** A real server for all tests of a class, empty before each of them. */
public abstract class RealRedis {
  /** The server. */
  protected static RedisServer server;

  /** A connection past what is tested. */
  protected Jedis jedis;

  @BeforeAll
  static void startServer() {
    server = RedisServer.start();
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  final void connect() {
    jedis = server.connect();
    jedis.flushAll();
  }

  @AfterEach
  final void disconnect() {
    jedis.close();
  }
}

package dev.envelope.testing.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A running Redis server without persistence, on 127.0.0.1. It always has a plain port, whatever
 * else it listens on, so that a test can look into it.
 *
 * <p>Made by {@link #start} or {@link #with}. Thread-safe as far as its methods are; {@link #close}
 * kills the process and deletes its directory.
 */
public final class RedisServer implements AutoCloseable {
  /** How long a server may take until it answers. */
  private static final Duration READY = Duration.ofSeconds(20);

  /** How long a test waits for an answer; longer than any pause that a test makes on purpose. */
  private static final Duration ANSWER = Duration.ofSeconds(30);

  private static final int ATTEMPTS = 5;

  private final RedisConfig config;
  private final ServerProcess process;
  private final int port;
  private final int tlsPort;

  /** Null if it was not asked for. */
  private final FaultProxy proxy;

  private RedisServer(
      RedisConfig config, ServerProcess process, int port, int tlsPort, FaultProxy proxy) {
    this.config = config;
    this.process = process;
    this.port = port;
    this.tlsPort = tlsPort;
    this.proxy = proxy;
  }

  /** A server as it comes: no password, no TLS, empty. */
  public static RedisServer start() {
    return with().start();
  }

  /** A server to be set up and started. */
  public static RedisConfig with() {
    return new RedisConfig();
  }

  static RedisServer start(RedisConfig config) {
    RedisBinary binary = RedisBinary.require();
    for (int attempt = 1; ; attempt++) {
      int port = Ports.free();
      int tlsPort = config.isTls() ? Ports.free() : 0;
      FaultProxy proxy = config.isProxied() ? FaultProxy.before(port) : null;
      int announced = proxy == null ? port : proxy.port();
      ServerProcess process = launch(binary, config, port, tlsPort, announced);
      RedisServer server = new RedisServer(config, process, port, tlsPort, proxy);
      try {
        server.awaitReady();
        return server;
      } catch (IllegalStateException e) {
        boolean clash = process.logTail().contains("in use");
        server.close();
        if (!clash || attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static ServerProcess launch(
      RedisBinary binary, RedisConfig config, int port, int tlsPort, int announced) {
    try {
      Path directory = Files.createTempDirectory("redis-");
      Path file = directory.resolve("redis.conf");
      Files.write(file, config.lines(binary, directory, port, tlsPort, announced));
      List<String> command = new ArrayList<>();
      command.add(binary.executable().toString());
      command.add(file.toString());
      if (config.isSentinel()) {
        command.add("--sentinel");
      }
      return new ServerProcess(directory, command);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitReady() {
    long deadline = System.nanoTime() + READY.toNanos();
    String said = "nothing";
    while (System.nanoTime() < deadline && process.isAlive()) {
      try (Jedis redis = connect()) {
        // Another server may have been quicker to take the port.
        String ours = "process_id:" + process.pid();
        if (redis.info("server").lines().anyMatch(ours::equals)) {
          return;
        }
        said = "another process answers";
      } catch (JedisException e) {
        said = e.getMessage();
      }
      Patience.pause(Duration.ofMillis(10));
    }
    throw new IllegalStateException(
        "redis-server on port " + port + " did not get ready: " + said + "\n" + process.logTail());
  }

  /** The plain port. */
  public int port() {
    return port;
  }

  /**
   * The port that speaks TLS.
   *
   * @throws IllegalStateException when it was not asked for
   */
  public int tlsPort() {
    if (tlsPort == 0) {
      throw new IllegalStateException("the server was started without TLS");
    }
    return tlsPort;
  }

  /**
   * The proxy that stands before it.
   *
   * @throws IllegalStateException when it was not asked for
   */
  public FaultProxy proxy() {
    if (proxy == null) {
      throw new IllegalStateException("the server was started without a proxy");
    }
    return proxy;
  }

  /** The plain port that it tells others: its proxy's if it has one. */
  public int announcedPort() {
    return proxy == null ? port : proxy.port();
  }

  /** The Unix socket, which is there if it was asked for. */
  public Path unixSocket() {
    return RedisConfig.unixSocketIn(process.directory());
  }

  /** {@code redis://127.0.0.1:PORT}, without the password. */
  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  /** Whether the process runs, frozen or not. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** The process, for tools that look at it from outside. */
  public long pid() {
    return process.pid();
  }

  /** A new connection as the default user, who may do everything; the caller closes it. */
  public Jedis connect() {
    DefaultJedisClientConfig.Builder client =
        DefaultJedisClientConfig.builder()
            .protocol(RedisProtocol.RESP2)
            .clientName("test")
            .timeoutMillis((int) ANSWER.toMillis());
    if (config.password() != null) {
      client.password(config.password());
    }
    return new Jedis(new HostAndPort("127.0.0.1", port), client.build());
  }

  /**
   * The connections of others: one line each of {@code CLIENT LIST}, without those of {@link
   * #connect}, of replicas, masters and sentinels.
   */
  public List<String> clients() {
    try (Jedis redis = connect()) {
      return redis
          .clientList()
          .lines()
          .filter(line -> !line.contains(" name=test "))
          .filter(line -> !line.contains(" name=sentinel-"))
          .filter(line -> !line.matches(".* flags=[a-zA-Z]*[SM].*"))
          .toList();
    }
  }

  /** The last lines of the server's log. */
  public String logTail() {
    return process.logTail();
  }

  /** SIGSTOP: the server keeps its connections and does nothing. */
  public void freeze() {
    process.signal("STOP");
  }

  /** SIGCONT: ends {@link #freeze}. */
  public void thaw() {
    process.signal("CONT");
  }

  /** SIGKILL. The port refuses connections until {@link #restart}. */
  public void kill() {
    process.kill();
  }

  /**
   * Kills it if it still runs, and starts it on the same ports, empty unless it was told to save.
   */
  public void restart() {
    process.kill();
    process.start();
    awaitReady();
  }

  /** Kills it, and its proxy. */
  @Override
  public void close() {
    process.close();
    if (proxy != null) {
      proxy.close();
    }
  }

  @Override
  public String toString() {
    return "redis-server on port " + port;
  }
}

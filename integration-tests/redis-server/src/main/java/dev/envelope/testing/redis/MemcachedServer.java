package dev.envelope.testing.redis;

import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * A running {@code memcached} (the one on PATH) on 127.0.0.1, empty. Where there is none, the test
 * that asks for it is skipped, or fails with {@code ENVELOPE_REQUIRE_ALL=1}.
 *
 * <p>It writes and deletes values by itself, past the client that is tested. {@link #close} kills
 * the process. Thread-safe.
 */
public final class MemcachedServer implements AutoCloseable {
  private static final Duration READY = Duration.ofSeconds(20);
  private static final int ATTEMPTS = 5;
  private static final int ANSWER_MILLIS = 30_000;

  private final ServerProcess process;
  private final int port;

  private MemcachedServer(ServerProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts one.
   *
   * @param arguments more arguments of the program, such as {@code -I 128m}
   */
  public static MemcachedServer start(String... arguments) {
    Path program = require();
    for (int attempt = 1; ; attempt++) {
      int port = Ports.free();
      MemcachedServer server = new MemcachedServer(launch(program, port, arguments), port);
      try {
        server.awaitReady();
        return server;
      } catch (IllegalStateException e) {
        boolean clash = server.process.logTail().contains("in use");
        server.close();
        if (!clash || attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static Path require() {
    for (String directory : System.getenv("PATH").split(File.pathSeparator, -1)) {
      Path candidate = Path.of(directory, "memcached");
      if (Files.isExecutable(candidate)) {
        return candidate;
      }
    }
    String message = "no memcached on PATH (Debian's package of that name has one)";
    if ("1".equals(System.getenv("ENVELOPE_REQUIRE_ALL"))) {
      Assertions.fail(message);
    }
    System.err.println("SKIPPED what needs a Memcached server: " + message);
    return Assumptions.abort(message);
  }

  private static ServerProcess launch(Path program, int port, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(program.toString(), "-l", "127.0.0.1", "-p", Integer.toString(port)));
    // No UDP, and a user that exists where the tests run as root.
    command.addAll(List.of("-U", "0", "-t", "2", "-u", System.getProperty("user.name")));
    command.addAll(List.of(arguments));
    try {
      return new ServerProcess(Files.createTempDirectory("memcached-"), command);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitReady() {
    long deadline = System.nanoTime() + READY.toNanos();
    String said = "nothing";
    while (System.nanoTime() < deadline && process.isAlive()) {
      try {
        // Another server may have been quicker to take the port.
        if (ask("stats", null).contains("STAT pid " + process.pid())) {
          return;
        }
        said = "another process answers";
      } catch (UncheckedIOException e) {
        said = e.getMessage();
      }
      Patience.pause(Duration.ofMillis(10));
    }
    throw new IllegalStateException(
        "memcached on port " + port + " did not get ready: " + said + "\n" + process.logTail());
  }

  /** The port. */
  public int port() {
    return port;
  }

  /** {@code 127.0.0.1:PORT}. */
  public String address() {
    return "127.0.0.1:" + port;
  }

  /** {@code memcached://127.0.0.1:PORT}. */
  public String url() {
    return "memcached://" + address();
  }

  /** Stores a value that never expires. */
  public void set(String key, byte[] value) {
    set(key, value, 0);
  }

  /**
   * Stores a value.
   *
   * @param seconds when it expires, 0 for never, -1 for at once
   */
  public void set(String key, byte[] value, int seconds) {
    String reply = ask("set " + key + " 0 " + seconds + " " + value.length, value);
    if (!reply.equals("STORED\r\n")) {
      throw new IllegalStateException("the server did not store a value: " + reply);
    }
  }

  /** Takes a value away that is there. */
  public void delete(String key) {
    String reply = ask("delete " + key, null);
    if (!reply.equals("DELETED\r\n")) {
      throw new IllegalStateException("the server did not delete a value: " + reply);
    }
  }

  /** Takes all values away. */
  public void clear() {
    ask("flush_all", null);
  }

  private String ask(String command, byte[] value) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(Ports.loopback(), port), ANSWER_MILLIS);
      socket.setSoTimeout(ANSWER_MILLIS);
      OutputStream out = socket.getOutputStream();
      out.write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
      if (value != null) {
        out.write(value);
        out.write("\r\n".getBytes(StandardCharsets.UTF_8));
      }
      BufferedInputStream in = new BufferedInputStream(socket.getInputStream());
      StringBuilder reply = new StringBuilder();
      String end = command.equals("stats") ? "END\r\n" : "\r\n";
      while (reply.indexOf(end) < 0) {
        int next = in.read();
        if (next < 0) {
          throw new IOException("the server ended the connection after: " + reply);
        }
        reply.append((char) next);
      }
      return reply.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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

  /** Kills it if it still runs, and starts it on the same port, empty. */
  public void restart() {
    process.kill();
    process.start();
    awaitReady();
  }

  @Override
  public void close() {
    process.close();
  }

  @Override
  public String toString() {
    return "memcached on port " + port;
  }
}

package dev.envelope.store.memcached;

import dev.envelope.StoreException;
import dev.envelope.options.MemcachedSettings;
import dev.envelope.options.ServerAddress;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A connection to one server: lines go out, lines and values come in.
 *
 * <p>A value is read from the socket into the memory that it is for, without a buffer between. No
 * client library does that: they hand out arrays on the heap, made as long as the server claims.
 *
 * <p>Used by one thread at a time. After an {@code IOException} it must be closed: what comes next
 * is not known.
 */
final class Connection implements AutoCloseable {
  /** What is read ahead: replies without values, and the line before a value. */
  private static final int READ_AHEAD = 4096;

  /** Longer than any line of the protocol: a key and some numbers, or an error message. */
  private static final int LONGEST_LINE = 2048;

  private final ServerAddress server;
  private final long timeout;
  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey interest;
  private final ByteBuffer ahead = ByteBuffer.allocate(READ_AHEAD).flip();
  private boolean reused;

  private Connection(ServerAddress server, long timeout, SocketChannel channel, Selector selector)
      throws IOException {
    this.server = server;
    this.timeout = timeout;
    this.channel = channel;
    this.selector = selector;
    this.interest = channel.register(selector, SelectionKey.OP_CONNECT);
  }

  /** Connects to the first address of the host that answers. */
  static Connection open(ServerAddress server, MemcachedSettings settings) throws IOException {
    IOException failure = null;
    for (InetAddress address : InetAddress.getAllByName(server.host())) {
      try {
        return open(server, new InetSocketAddress(address, server.port()), settings);
      } catch (IOException e) {
        if (failure != null) {
          e.addSuppressed(failure);
        }
        failure = e;
      }
    }
    throw failure;
  }

  private static Connection open(
      ServerAddress server, InetSocketAddress address, MemcachedSettings settings)
      throws IOException {
    Selector selector = Selector.open();
    SocketChannel channel = null;
    try {
      channel = SocketChannel.open();
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
      Connection connection =
          new Connection(server, settings.commandTimeout().toNanos(), channel, selector);
      boolean connected = channel.connect(address);
      while (!connected) {
        connection.await(SelectionKey.OP_CONNECT, settings.connectTimeout().toNanos());
        connected = channel.finishConnect();
      }
      return connection;
    } catch (IOException | RuntimeException e) {
      closeAfter(e, channel);
      closeAfter(e, selector);
      throw e;
    }
  }

  private static void closeAfter(Exception failure, AutoCloseable resource) {
    if (resource != null) {
      try {
        resource.close();
      } catch (Exception e) {
        failure.addSuppressed(e);
      }
    }
  }

  ServerAddress server() {
    return server;
  }

  /** Whether it was used before, so that the server may have ended it in the meantime. */
  boolean reused() {
    return reused;
  }

  /** Whether nothing came that was not asked for; to be asked between two uses. */
  boolean idle() {
    reused = true;
    return !ahead.hasRemaining() && channel.isOpen();
  }

  private void await(int operation, long nanos) throws IOException {
    interest.interestOps(operation);
    // Not less than a millisecond: 0 would be for ever.
    long millis = Math.max(1, Duration.ofNanos(nanos).toMillis());
    long deadline = System.nanoTime() + nanos;
    while (selector.select(millis) == 0) {
      if (Thread.currentThread().isInterrupted()) {
        throw new IOException("the thread was interrupted");
      }
      if (System.nanoTime() - deadline >= 0) {
        throw operation == SelectionKey.OP_CONNECT
            ? new ConnectException("no connection in time")
            : new SocketTimeoutException("no answer in time");
      }
    }
    selector.selectedKeys().clear();
  }

  /** Sends everything. */
  void send(byte[] command) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(command);
    while (bytes.hasRemaining()) {
      if (channel.write(bytes) == 0) {
        await(SelectionKey.OP_WRITE, timeout);
      }
    }
  }

  private void receive(ByteBuffer target) throws IOException {
    int count = channel.read(target);
    while (count == 0) {
      await(SelectionKey.OP_READ, timeout);
      count = channel.read(target);
    }
    if (count < 0) {
      throw new EOFException("the server ended the connection");
    }
  }

  /** The next line, without its end. */
  String line() throws IOException {
    StringBuilder line = new StringBuilder();
    while (line.length() < LONGEST_LINE) {
      if (!ahead.hasRemaining()) {
        receive(ahead.clear());
        ahead.flip();
      }
      char next = (char) (ahead.get() & 0xFF);
      if (next == '\n' && line.length() > 0 && line.charAt(line.length() - 1) == '\r') {
        line.setLength(line.length() - 1);
        return line.toString();
      }
      line.append(next);
    }
    throw new ProtocolException("a line without an end");
  }

  /** Fills a buffer with what comes next. */
  void read(ByteBuffer target) throws IOException {
    int ready = Math.min(ahead.remaining(), target.remaining());
    target.put(target.position(), ahead, ahead.position(), ready);
    target.position(target.position() + ready);
    ahead.position(ahead.position() + ready);
    while (target.hasRemaining()) {
      receive(target);
    }
  }

  /** Reads and forgets. */
  void skip(long length) throws IOException {
    ByteBuffer nothing = ByteBuffer.allocate((int) Math.min(length, READ_AHEAD * 4));
    for (long left = length; left > 0; left -= nothing.limit()) {
      nothing.clear().limit((int) Math.min(left, nothing.capacity()));
      read(nothing);
    }
  }

  static byte[] ascii(String command) {
    return command.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() {
    try (selector;
        channel) {
      interest.cancel();
    } catch (IOException e) {
      throw new StoreException("cannot close the connection to the Memcached at " + server, e);
    }
  }
}

package dev.envelope.bench.worker;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * The least that a pull can cost: a blocking socket, GETRANGE after GETRANGE with four of them on
 * their way, and the bytes of each reply straight into memory outside of the heap.
 */
final class RawSocket implements AutoCloseable {
  private static final int CHUNK = 1 << 20;
  private static final int WINDOW = 4;
  private static final int RECEIVE = 1 << 20;

  private final SocketChannel channel;
  private final ByteBuffer head = ByteBuffer.allocateDirect(64).limit(0);

  RawSocket(String url) throws IOException {
    URI address = URI.create(url);
    channel = SocketChannel.open();
    channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.connect(new InetSocketAddress(address.getHost(), address.getPort()));
  }

  /** Pulls a value whole. */
  long pull(String key) throws IOException {
    send("STRLEN", key);
    long length = line(':');
    // Java's own direct buffers are zeroed first, which a pull need not wait for.
    try (BufferAllocator allocator = new RootAllocator();
        ArrowBuf memory = allocator.buffer(length)) {
      pull(key, length, memory.nioBuffer(0, Math.toIntExact(length)));
    }
    return length;
  }

  private void pull(String key, long length, ByteBuffer all) throws IOException {
    long asked = 0;
    for (int i = 0; i < WINDOW && asked < length; i++) {
      asked = ask(key, asked, length);
    }
    for (long done = 0; done < length; ) {
      int bytes = Math.toIntExact(line('$'));
      fill(all.slice(Math.toIntExact(done), bytes));
      end();
      done += bytes;
      if (asked < length) {
        asked = ask(key, asked, length);
      }
    }
  }

  private long ask(String key, long from, long length) throws IOException {
    long to = Math.min(length, from + CHUNK);
    send("GETRANGE", key, Long.toString(from), Long.toString(to - 1));
    return to;
  }

  private void send(String... words) throws IOException {
    StringBuilder command = new StringBuilder("*" + words.length + "\r\n");
    for (String word : words) {
      int bytes = word.getBytes(StandardCharsets.UTF_8).length;
      command.append('$').append(bytes).append("\r\n").append(word).append("\r\n");
    }
    ByteBuffer bytes = ByteBuffer.wrap(command.toString().getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private long line(char kind) throws IOException {
    byte first = next();
    long number = 0;
    for (byte digit = next(); digit != '\r'; digit = next()) {
      number = number * 10 + digit - '0';
    }
    next();
    if (first != kind) {
      throw new IOException("a reply begins with " + (char) first);
    }
    return number;
  }

  private byte next() throws IOException {
    if (!head.hasRemaining()) {
      head.clear();
      if (channel.read(head) < 0) {
        throw new EOFException();
      }
      head.flip();
    }
    return head.get();
  }

  private void end() throws IOException {
    next();
    next();
  }

  private void fill(ByteBuffer target) throws IOException {
    int early = Math.min(head.remaining(), target.remaining());
    target.put(head.slice(head.position(), early));
    head.position(head.position() + early);
    while (target.hasRemaining()) {
      if (channel.read(target) < 0) {
        throw new EOFException();
      }
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}

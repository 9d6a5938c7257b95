package dev.envelope.testing.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** One connection through a {@link FaultProxy}: two sockets and a thread for each direction. */
final class ProxyLink {
  private static final ThreadLocal<ProxyLink> CURRENT = new ThreadLocal<>();
  private static final byte[] CRLF = {'\r', '\n'};

  /** How often a slow direction writes, per second. */
  private static final int TICKS = 20;

  private final FaultProxy proxy;
  private final Socket client;
  private final Socket server;
  private final Thread requests;
  private final Thread replies;
  private volatile boolean cut;

  ProxyLink(FaultProxy proxy, Socket client, Socket server) throws IOException {
    this.proxy = proxy;
    this.client = client;
    this.server = server;
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
    requests = new Thread(() -> pass(Direction.TO_SERVER), "fault-proxy-requests");
    replies = new Thread(() -> pass(Direction.TO_CLIENT), "fault-proxy-replies");
    requests.setDaemon(true);
    replies.setDaemon(true);
  }

  void start() {
    requests.start();
    replies.start();
  }

  /** The connection that the calling thread serves. */
  static ProxyLink current() {
    ProxyLink current = CURRENT.get();
    if (current == null) {
      throw new IllegalStateException("called outside of a proxy's action");
    }
    return current;
  }

  boolean isCut() {
    return cut;
  }

  /**
   * Ends the connection both ways. The client gets every byte that was passed on before, and then
   * the end of the stream.
   */
  void cut() {
    cut = true;
    proxy.wake();
    try {
      client.shutdownOutput();
      server.close();
    } catch (IOException e) {
      // It had ended by itself.
      closeSockets();
    }
  }

  void close() {
    cut = true;
    proxy.wake();
    closeSockets();
    try {
      requests.join();
      replies.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void closeSockets() {
    for (Socket socket : new Socket[] {client, server}) {
      try {
        socket.close();
      } catch (IOException e) {
        throw new IllegalStateException("a socket does not close", e);
      }
    }
  }

  private void pass(Direction direction) {
    CURRENT.set(this);
    boolean request = direction == Direction.TO_SERVER;
    Socket from = request ? client : server;
    Socket to = request ? server : client;
    byte[] bytes = new byte[64 << 10];
    try {
      InputStream in = from.getInputStream();
      Lane lane = new Lane(direction, to.getOutputStream());
      ReplyScanner scanner = request ? null : new ReplyScanner(lane);
      for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
        Thread.sleep(proxy.delay(direction).toMillis());
        if (cut) {
          // The client may still be writing; a reset would take from it what it has not read.
          continue;
        }
        if (scanner != null) {
          scanner.feed(bytes, n);
        } else {
          lane.write(bytes, 0, n);
        }
      }
      to.shutdownOutput();
    } catch (IOException e) {
      // One side has gone: so does the other.
      closeUnlessCut();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    end(direction);
  }

  private void closeUnlessCut() {
    if (!cut) {
      cut();
    }
  }

  private void end(Direction direction) {
    Thread other = direction == Direction.TO_SERVER ? replies : requests;
    // After a cut by us the client's side stays open until it has closed its own.
    if (direction == Direction.TO_SERVER || !other.isAlive()) {
      closeSockets();
      proxy.ended(this);
    }
  }

  /**
   * Writes one direction, piece by piece, and stops at the places where something is to be done.
   */
  private final class Lane implements ReplyScanner.Sink {
    private final Direction direction;
    private final OutputStream out;
    private long written;
    private Spot spot;
    private long half;

    Lane(Direction direction, OutputStream out) {
      this.direction = direction;
      this.out = out;
    }

    @Override
    public void other(byte[] bytes, int offset, int length) throws IOException {
      write(bytes, offset, length);
    }

    @Override
    public void bulkBegins(char type, long length) throws IOException {
      spot = proxy.spotIn(length);
      half = length / 2;
      byte[] head =
          (type + Long.toString(proxy.claimed(length)) + "\r\n")
              .getBytes(StandardCharsets.ISO_8859_1);
      if (spot == Spot.IN_HEADER) {
        write(head, 0, 2);
        proxy.reached();
        write(head, 2, head.length - 2);
      } else {
        write(head, 0, head.length);
      }
    }

    @Override
    public void payload(byte[] bytes, int offset, int length, long position) throws IOException {
      if (spot == Spot.IN_PAYLOAD && position + length > half) {
        int before = (int) Math.max(0, half - position);
        spot = null;
        write(bytes, offset, before);
        proxy.reached();
        write(bytes, offset + before, length - before);
      } else {
        write(bytes, offset, length);
      }
    }

    @Override
    public void bulkEnds() throws IOException {
      if (spot == Spot.AFTER_PAYLOAD) {
        proxy.reached();
      }
      write(CRLF, 0, CRLF.length);
      if (spot == Spot.AFTER_REPLY) {
        proxy.reached();
      }
      spot = null;
    }

    void write(byte[] bytes, int offset, int length) throws IOException {
      int done = 0;
      while (done < length && !cut) {
        try {
          proxy.awaitFlow(ProxyLink.this);
          int part = piece(length - done);
          // Counted first: whoever has got the bytes shall find them counted.
          Runnable action = proxy.count(direction, part);
          out.write(bytes, offset + done, part);
          done += part;
          written += part;
          if (action != null) {
            action.run();
          }
          if (written >= proxy.cutEach(direction)) {
            cut();
          }
          pace(part);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IOException(e);
        }
      }
    }

    private int piece(int length) {
      long rate = proxy.rate(direction);
      long tick = rate == 0 ? length : Math.max(1, rate / TICKS);
      // A limit that this connection is past already: it is cut after the next byte.
      long own = Math.max(1, proxy.cutEach(direction) - written);
      return proxy.allowed(direction, (int) Math.min(Math.min(length, tick), own));
    }

    private void pace(int part) throws InterruptedException {
      long rate = proxy.rate(direction);
      if (rate > 0) {
        long until = System.nanoTime() + 1_000_000_000L * part / rate;
        // In short sleeps, so that a cut and a healing are felt at once.
        while (!cut && proxy.rate(direction) > 0 && System.nanoTime() < until) {
          Thread.sleep(Math.max(1, Math.min(50, (until - System.nanoTime()) / 1_000_000)));
        }
      }
    }
  }
}

package dev.envelope.store.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.envelope.memory.Allocators;
import dev.envelope.memory.Region;
import dev.envelope.store.Store;
import dev.envelope.store.StoreTraffic;
import dev.envelope.store.StoredEntry;
import dev.envelope.testing.redis.RedisServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import redis.clients.jedis.Jedis;

/**
 * How fast a whole value is pulled, against a bare socket that asks for the same ranges, in
 * alternation: {@code main} prints the medians. Not a test, because the machine may be busy.
 */
public final class PullSpeed {
  private static final int SIZE = 300_000_000;
  private static final int ROUNDS = 9;

  private PullSpeed() {}

  /** Arguments: chunk sizes as {@code size:window}, such as {@code 1m:4}. */
  public static void main(String[] arguments) throws IOException {
    try (RedisServer server = RedisServer.start()) {
      byte[] value = new byte[SIZE];
      new Random(1).nextBytes(value);
      try (Jedis jedis = server.connect()) {
        jedis.set("k".getBytes(UTF_8), value);
      }
      for (String argument : arguments) {
        String[] parts = argument.split(":", -1);
        compare(server, parts[0], Integer.parseInt(parts[1]));
      }
    }
  }

  private static void compare(RedisServer server, String chunk, int window) throws IOException {
    List<Double> stored = new ArrayList<>();
    List<Double> raw = new ArrayList<>();
    try (Store store =
            Stores.open(
                StoreTraffic.NONE,
                server.url(),
                "redis-chunk-size",
                chunk,
                "redis-window",
                "" + window);
        BufferAllocator allocator = Allocators.child("speed", Long.MAX_VALUE)) {
      RedisStoreLocation location = Stores.location(server.url(), "redis-chunk-size", chunk);
      int bytes = location.settings().chunkSize();
      for (int i = 0; i < ROUNDS; i++) {
        raw.add(seconds(() -> pullRaw(server.port(), bytes, window)));
        stored.add(seconds(() -> pull(store, allocator)));
      }
    }
    double a = median(stored);
    double b = median(raw);
    System.out.printf(
        "%s x %d: store %.0f MB/s, socket %.0f MB/s, ratio %.2f; best %.0f and %.0f, %.2f%n",
        chunk,
        window,
        SIZE / a / 1e6,
        SIZE / b / 1e6,
        b / a,
        SIZE / stored.get(0) / 1e6,
        SIZE / raw.get(0) / 1e6,
        raw.get(0) / stored.get(0));
  }

  private interface Work {
    void run() throws IOException;
  }

  private static double seconds(Work work) throws IOException {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }

  private static double median(List<Double> values) {
    values.sort(null);
    return values.get(values.size() / 2);
  }

  private static void pull(Store store, BufferAllocator allocator) {
    try (StoredEntry entry = store.open(store.entryOf("k"))) {
      entry.stampedBy(128);
      try (Region region = entry.region(allocator, 134)) {
        if (region.size() != SIZE) {
          throw new IllegalStateException();
        }
      }
    }
  }

  /** Touches its memory first, as a region that was just allocated is touched by the store. */
  private static void pullRaw(int port, int chunk, int window) throws IOException {
    try (BufferAllocator allocator = Allocators.child("raw", Long.MAX_VALUE);
        ArrowBuf fresh = allocator.buffer(SIZE);
        SocketChannel socket =
            SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
      socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
      int chunks = (SIZE + chunk - 1) / chunk;
      int sent = 0;
      ByteBuffer header = ByteBuffer.allocateDirect(1);
      ByteBuffer target = fresh.nioBuffer(0, SIZE);
      for (int i = 0; i < chunks; i++) {
        while (sent < chunks && sent < i + window) {
          String from = "" + (long) sent * chunk;
          String to = "" + ((long) (sent + 1) * chunk - 1);
          socket.write(
              ByteBuffer.wrap(
                  ("*4\r\n$8\r\nGETRANGE\r\n$1\r\nk\r\n$"
                          + from.length()
                          + "\r\n"
                          + from
                          + "\r\n$"
                          + to.length()
                          + "\r\n"
                          + to
                          + "\r\n")
                      .getBytes(US_ASCII)));
          sent++;
        }
        readLine(socket, header);
        target.limit(Math.min(SIZE, (i + 1) * chunk));
        while (target.hasRemaining()) {
          socket.read(target);
        }
        readLine(socket, header);
      }
    }
  }

  private static void readLine(SocketChannel socket, ByteBuffer one) throws IOException {
    do {
      one.clear();
      socket.read(one);
    } while (one.get(0) != '\n');
  }
}

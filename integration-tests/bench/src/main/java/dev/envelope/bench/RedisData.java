package dev.envelope.bench;

import dev.envelope.bench.data.DataSet;
import dev.envelope.bench.data.RowShape;
import dev.envelope.testing.redis.RedisServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;

/** A server of its own with generated entries in it; stopped when it is closed. */
final class RedisData implements AutoCloseable {
  static final String TINY = "bench:tiny";
  static final String HALF = "bench:half";
  static final String WHOLE = "bench:whole";
  static final String WIDE = "bench:wide";
  static final String WIDE_TOO = "bench:wide-too";
  static final String SMALL = "bench:small:";
  static final String MANY = "bench:many:";

  private static final int FILE_HEADER = 14;
  private static final int APPENDED_AT_ONCE = 16 << 20;
  private static final int SENT_AT_ONCE = 10_000;

  private final RedisServer server;
  private final byte[] small;

  private RedisData(RedisServer server, byte[] small) {
    this.server = server;
    this.small = small;
  }

  static RedisData make(Path directory) throws IOException, InterruptedException {
    long megabyte = FileData.MB;
    List<DataSet> sets =
        DataSet.make(
            directory.resolve("data"),
            List.of(
                new DataSet.Entries("tiny-uncompressed", RowShape.WIDE, 1, megabyte, false),
                new DataSet.Entries("half-uncompressed", RowShape.WIDE, 1, 250 * megabyte, false),
                new DataSet.Entries("whole-uncompressed", RowShape.WIDE, 1, 500 * megabyte, false),
                new DataSet.Entries("wide-uncompressed", RowShape.WIDE, 4, 300 * megabyte, false),
                // With its header, footer and metadata an entry of 2 KB in all.
                new DataSet.Entries("small-uncompressed", RowShape.TEXT, 1, 900, false)));
    RedisServer server = RedisServer.start();
    try (Jedis redis = server.connect()) {
      List<String> keys = List.of(TINY, HALF, WHOLE, WIDE);
      for (int i = 0; i < keys.size(); i++) {
        load(redis, keys.get(i), sets.get(i).files().get(0));
      }
      load(redis, WIDE_TOO, sets.get(3).files().get(1));
      byte[] file = Files.readAllBytes(sets.get(4).files().get(0));
      byte[] small = Arrays.copyOfRange(file, FILE_HEADER, file.length);
      return new RedisData(server, small);
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /** Puts what a file of a file cache holds under a key. */
  static void load(Jedis redis, String key, Path file) throws IOException {
    byte[] name = key.getBytes(StandardCharsets.UTF_8);
    ByteBuffer chunk = ByteBuffer.allocate(APPENDED_AT_ONCE);
    try (FileChannel channel = FileChannel.open(file)) {
      channel.position(FILE_HEADER);
      while (channel.read(chunk.clear()) > 0) {
        redis.append(name, Arrays.copyOf(chunk.array(), chunk.position()));
      }
    }
  }

  /** Puts the same small entry under many keys. */
  void loadSmall(String prefix, int count) {
    try (Jedis redis = server.connect();
        Pipeline pipeline = redis.pipelined()) {
      for (int i = 0; i < count; i++) {
        pipeline.set((prefix + i).getBytes(StandardCharsets.UTF_8), small);
        if (i % SENT_AT_ONCE == 0) {
          pipeline.sync();
        }
      }
    }
  }

  /** How long a small entry is. */
  int smallBytes() {
    return small.length;
  }

  /** Options for one entry. */
  Map<String, String> entry(String key, String... more) {
    return options("key", key, more);
  }

  /** Options for all entries that begin in one way. */
  Map<String, String> all(String prefix, String... more) {
    return options("keys-pattern", prefix + "*", more);
  }

  private Map<String, String> options(String select, String what, String... more) {
    Map<String, String> options = new HashMap<>(Map.of("url", server.url(), select, what));
    for (int i = 0; i < more.length; i += 2) {
      options.put(more[i], more[i + 1]);
    }
    return options;
  }

  String url() {
    return server.url();
  }

  int port() {
    return server.port();
  }

  /** A number that the server keeps of itself. */
  long info(String name) {
    try (Jedis redis = server.connect()) {
      return info(redis, name);
    }
  }

  static long info(Jedis redis, String name) {
    return redis
        .info()
        .lines()
        .filter(line -> line.startsWith(name + ":"))
        .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1).strip()))
        .findFirst()
        .orElseThrow();
  }

  Jedis connect() {
    return server.connect();
  }

  @Override
  public void close() {
    server.close();
  }
}

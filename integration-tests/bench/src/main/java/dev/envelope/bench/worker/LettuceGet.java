package dev.envelope.bench.worker;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanIterator;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;

/** Lettuce as it comes: whole values as arrays. */
final class LettuceGet {
  private static final int AT_ONCE = 1000;

  private LettuceGet() {}

  static Measured one(String url, String key) {
    RedisClient client = RedisClient.create(url);
    try (StatefulRedisConnection<byte[], byte[]> connection =
        client.connect(ByteArrayCodec.INSTANCE)) {
      long start = System.nanoTime();
      byte[] value = connection.sync().get(key.getBytes(StandardCharsets.UTF_8));
      return Job.measured(start, value.length);
    } finally {
      client.shutdown();
    }
  }

  /** Finds the keys, and gets them a thousand at once. */
  static Measured all(String url, String pattern) throws InterruptedException, ExecutionException {
    RedisClient client = RedisClient.create(url);
    try (StatefulRedisConnection<byte[], byte[]> connection =
        client.connect(ByteArrayCodec.INSTANCE)) {
      long start = System.nanoTime();
      ScanIterator<byte[]> keys =
          ScanIterator.scan(connection.sync(), ScanArgs.Builder.matches(pattern).limit(AT_ONCE));
      long bytes = 0;
      List<byte[]> found = new ArrayList<>();
      while (keys.hasNext()) {
        found.add(keys.next());
      }
      for (int from = 0; from < found.size(); from += AT_ONCE) {
        List<RedisFuture<byte[]>> values = new ArrayList<>();
        connection.setAutoFlushCommands(false);
        for (byte[] key : found.subList(from, Math.min(found.size(), from + AT_ONCE))) {
          values.add(connection.async().get(key));
        }
        connection.flushCommands();
        connection.setAutoFlushCommands(true);
        for (RedisFuture<byte[]> value : values) {
          bytes += value.get().length;
        }
      }
      return Job.measured(start, bytes);
    } finally {
      client.shutdown();
    }
  }
}

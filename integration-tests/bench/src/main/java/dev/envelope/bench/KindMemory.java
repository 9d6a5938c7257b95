package dev.envelope.bench;

import dev.envelope.bench.worker.Query;
import dev.envelope.bench.worker.Request;
import dev.envelope.entry.FileName;
import dev.envelope.testing.redis.RedisServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import redis.clients.jedis.Jedis;

/** The memory of a query over one encrypted entry of a Redis. */
final class KindMemory {
  private static final String MASTER_KEY = "61".repeat(32);

  private final Path directory;
  private final Path data;
  private final Report report;
  private final Progress progress;

  KindMemory(Path directory, Path data, Report report, Progress progress) {
    this.directory = directory;
    this.data = data;
    this.report = report;
    this.progress = progress;
  }

  void run() throws IOException, InterruptedException {
    try (RedisServer server = RedisServer.start()) {
      try (Jedis redis = server.connect()) {
        for (String name : KindSpeeds.SEALED) {
          RedisData.load(redis, name, data.resolve(FileName.of(name)));
        }
      }
      new MemoryGrowth(directory, report, progress)
          .measure(
              "memory, encrypted",
              new MemoryGrowth.Queries(
                  query(server, KindSpeeds.SEALED.get(0)),
                  query(server, KindSpeeds.SEALED.get(1)),
                  query(server, KindSpeeds.SEALED.get(2))),
              1.02,
              null);
    }
  }

  private static Request query(RedisServer server, String key) {
    Map<String, String> options =
        Map.of("url", server.url(), "key", key, "master-key-secret", MASTER_KEY);
    return new Request.Ask(Query.SUM_ALL, "envelope", "", options, Map.of(), true);
  }
}

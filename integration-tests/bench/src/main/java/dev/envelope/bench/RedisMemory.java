package dev.envelope.bench;

import dev.envelope.bench.worker.Job;
import dev.envelope.bench.worker.Query;
import dev.envelope.bench.worker.Request;
import dev.envelope.bench.worker.WorkerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import redis.clients.jedis.Jedis;

/** The memory of a query over one entry, here and in the server. */
final class RedisMemory {
  private static final long EVERY_NANOS = 3_000_000;

  private final Path directory;
  private final RedisData data;
  private final Report report;
  private final Progress progress;

  RedisMemory(Path directory, RedisData data, Report report, Progress progress) {
    this.directory = directory;
    this.data = data;
    this.report = report;
    this.progress = progress;
  }

  void run() throws Exception {
    growth("verified", 1.02, 64.0);
    growth("streaming", 0.02, null);
    server();
  }

  private void growth(String mode, double most, Double mostRest) throws IOException {
    new MemoryGrowth(directory, report, progress)
        .measure(
            "memory, " + mode,
            new MemoryGrowth.Queries(
                query(RedisData.TINY, mode),
                query(RedisData.HALF, mode),
                query(RedisData.WHOLE, mode)),
            most,
            mostRest);
  }

  private Request query(String key, String mode) {
    Map<String, String> options = data.entry(key, "read-mode", mode);
    return new Request.Ask(Query.SUM_ALL, "envelope", "", options, Map.of(), true);
  }

  /** What the server allocates while it is asked. */
  private void server() throws Exception {
    progress.at("the server's memory");
    try (WorkerProcess worker =
        WorkerProcess.start("server-memory", directory, List.of("-Xmx1g"))) {
      Request pull = new Request.Run(Job.PULL, data.entry(RedisData.WIDE, "region-linger", "0s"));
      worker.send(pull);
      long before = data.info("used_memory");
      AtomicBoolean over = new AtomicBoolean();
      long[] peak = {before};
      Thread sampler =
          new Thread(
              () -> {
                try (Jedis redis = data.connect()) {
                  while (!over.get()) {
                    peak[0] = Math.max(peak[0], RedisData.info(redis, "used_memory"));
                    LockSupport.parkNanos(EVERY_NANOS);
                  }
                }
              },
              "server-memory-sampler");
      sampler.start();
      worker.send(pull);
      over.set(true);
      sampler.join();
      report.add(
          Line.atMost(
              "the server's used_memory during a pull of 300 MB, above what it held",
              "MB",
              (double) (peak[0] - before) / FileData.MB,
              8.0));
    }
  }
}

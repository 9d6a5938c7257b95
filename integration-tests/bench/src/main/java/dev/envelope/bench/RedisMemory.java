package dev.envelope.bench;

import dev.envelope.bench.worker.Job;
import dev.envelope.bench.worker.Query;
import dev.envelope.bench.worker.Request;
import dev.envelope.bench.worker.WorkerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import redis.clients.jedis.Jedis;

/** The memory of a query over one entry, here and in the server. */
final class RedisMemory {
  private static final int RUNS = 3;
  private static final long EVERY_NANOS = 3_000_000;

  /** As little as Spark gets by with. */
  private static final String HEAP = "256m";

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
    QueryMemory memory = new QueryMemory(directory, HEAP);
    List<Double> half = new ArrayList<>();
    List<Double> whole = new ArrayList<>();
    List<Double> allocated = new ArrayList<>();
    List<Double> netty = new ArrayList<>();
    for (int i = 0; i < RUNS; i++) {
      progress.at("memory, " + mode + ", run " + (i + 1) + " of " + RUNS);
      half.add(memory.peak(query(RedisData.TINY, mode), query(RedisData.HALF, mode)).above());
      QueryMemory.Peak peak =
          memory.peak(query(RedisData.TINY, mode), query(RedisData.WHOLE, mode));
      whole.add(peak.above());
      allocated.add((double) peak.measured().peakBytes());
      netty.add((double) peak.measured().nettyBytes());
    }
    double slope = (Median.of(whole) - Median.of(half)) / (250.0 * FileData.MB);
    double rest = Median.of(half) - slope * 250 * FileData.MB;
    String what = "memory, " + mode;
    report.add(Line.atMost(what + ": growth per byte of entry", "", slope, most));
    report.add(
        Line.atMost(
            what + ": the rest, above an idle connected session",
            "MB",
            rest / FileData.MB,
            mostRest));
    megabytes(what + ": peak at 500 MB", Median.of(whole));
    megabytes(what + ": allocator's peak at 500 MB", Median.of(allocated));
    megabytes(what + ": Netty's at 500 MB", Median.of(netty));
  }

  private Request query(String key, String mode) {
    Map<String, String> options = data.entry(key, "read-mode", mode);
    return new Request.Ask(Query.SUM_ALL, "envelope", "", options, Map.of(), true);
  }

  private void megabytes(String what, double bytes) {
    report.add(Line.atMost(what, "MB", bytes / FileData.MB, null));
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

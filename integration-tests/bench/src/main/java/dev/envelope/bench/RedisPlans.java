package dev.envelope.bench;

import dev.envelope.bench.worker.Job;
import dev.envelope.bench.worker.Measured;
import dev.envelope.bench.worker.Request;
import dev.envelope.bench.worker.WorkerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Many small entries: reading them, and planning a million. */
final class RedisPlans {
  private static final int SMALL = 100_000;
  private static final int MANY = 1_000_000;
  private static final double GIGABYTE = 1e9;

  private final Path directory;
  private final RedisData data;
  private final Report report;
  private final Progress progress;

  RedisPlans(Path directory, RedisData data, Report report, Progress progress) {
    this.directory = directory;
    this.data = data;
    this.report = report;
    this.progress = progress;
  }

  void run() throws IOException {
    progress.at("100,000 small entries");
    data.loadSmall(RedisData.SMALL, SMALL);
    try (WorkerProcess ours = WorkerProcess.start("small", directory, List.of("-Xmx1g"));
        WorkerProcess peer = WorkerProcess.start("small-lettuce", directory, List.of("-Xmx1g"))) {
      Trials trials =
          new Trials()
              .with("ours", ours, new Request.Run(Job.READ, data.all(RedisData.SMALL)))
              .with("Lettuce", peer, new Request.Run(Job.LETTUCE_MANY, data.all(RedisData.SMALL)))
              .run();
      report.add(
          Line.against(
              "100,000 entries of " + data.smallBytes() + " bytes, found, read and decoded",
              "s",
              trials.seconds("ours"),
              "Lettuce's SCAN and GET",
              trials.seconds("Lettuce"),
              0.7));
    }
    progress.at("a plan over a million keys");
    data.loadSmall(RedisData.MANY, MANY);
    try (WorkerProcess driver = WorkerProcess.start("plan", directory, List.of("-Xmx2g"))) {
      Measured plan = driver.send(new Request.Run(Job.PLAN, data.all(RedisData.MANY)));
      if (plan.answer() != MANY) {
        throw new IOException("planned " + plan.answer() + " entries");
      }
      report.add(Line.atMost("plan over 1,000,000 keys", "s", plan.wallSeconds(), 60.0));
      report.add(Line.atMost("its peak of heap", "GB", plan.peakBytes() / GIGABYTE, 1.0));
    }
  }
}

package dev.envelope.bench;

import dev.envelope.bench.worker.Job;
import dev.envelope.bench.worker.Measured;
import dev.envelope.bench.worker.Query;
import dev.envelope.bench.worker.Request;
import dev.envelope.bench.worker.WorkerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How fast one entry of 300 MB comes, and what of it crosses the wire. */
final class RedisSpeeds {
  private static final List<String> HEAP = List.of("-Xms1g", "-Xmx1g");

  /** Lettuce's read buffer grows by doubling, and is copied while it does. */
  private static final List<String> PEERS_HEAP = List.of("-Xms3g", "-Xmx3g");

  private static final int PULLS_UNTIL_COMPILED = 20;
  private static final double KILOBYTE = 1e3;
  private static final double GIGABYTE = 1e9;

  private final Path directory;
  private final RedisData data;
  private final Report report;
  private final Progress progress;

  RedisSpeeds(Path directory, RedisData data, Report report, Progress progress) {
    this.directory = directory;
    this.data = data;
    this.report = report;
    this.progress = progress;
  }

  void run() throws IOException {
    try (WorkerProcess ours = WorkerProcess.start("redis", directory, HEAP);
        WorkerProcess peer = WorkerProcess.start("redis-peer", directory, PEERS_HEAP)) {
      pulls(ours, peer);
      python(ours);
      projection(ours);
      again(ours);
      reuse();
    }
  }

  private void pulls(WorkerProcess ours, WorkerProcess peer) throws IOException {
    progress.at("pulls of 300 MB");
    Map<String, String> pull =
        data.entry(RedisData.WIDE, "integrity", "skip", "region-linger", "0s");
    Request mine = new Request.Run(Job.PULL, pull);
    Trials sockets =
        new Trials()
            .with("ours", ours, mine)
            .with("socket", peer, new Request.Run(Job.RAW_SOCKET, data.entry(RedisData.WIDE)))
            .run(PULLS_UNTIL_COMPILED);
    Trials clients =
        new Trials()
            .with("ours", ours, mine)
            .with("Lettuce", peer, new Request.Run(Job.LETTUCE_GET, data.entry(RedisData.WIDE)))
            .run();
    String what = "pull of 300 MB";
    report.add(
        Line.against(
            what, "s", sockets.seconds("ours"), "raw socket", sockets.seconds("socket"), 0.9));
    report.add(
        Line.against(
            what, "s", clients.seconds("ours"), "Lettuce GET", clients.seconds("Lettuce"), 4.0));
  }

  private void python(WorkerProcess ours) throws IOException {
    progress.at("redis-py");
    Optional<PythonPeer.Environment> environment =
        PythonPeer.Environment.install(
            directory, "redis-py", "redis[hiredis]==8.1.0", "pyarrow==26.0.1");
    if (environment.isEmpty()) {
      return;
    }
    String port = Integer.toString(data.port());
    try (PythonPeer python = environment.get().start("redis-peer.py", port, RedisData.WIDE)) {
      Trials trials =
          new Trials()
              .with(
                  "ours",
                  ours,
                  new Request.Run(Job.READ, data.entry(RedisData.WIDE, "region-linger", "0s")))
              .with("python", () -> python.ask(""))
              .run();
      report.add(
          Line.against(
              "300 MB to a table, verified",
              "s",
              trials.seconds("ours"),
              "redis-py and pyarrow",
              trials.seconds("python"),
              3.0));
    }
  }

  private void projection(WorkerProcess ours) throws IOException {
    progress.at("2 columns of 20");
    Request some = sum(Query.SUM_TWO, "projected");
    Request whole = sum(Query.SUM_TWO, "verified");
    Trials trials = new Trials().with("some", ours, some).with("whole", ours, whole).run();
    long few = bytes(ours, some);
    long all = bytes(ours, whole);
    report.add(
        Line.atMost("2 columns of 20 by ranges: share of the bytes", "", (double) few / all, 0.11));
    report.add(
        Line.against(
            "2 columns of 20 by ranges, in Spark",
            "s",
            trials.seconds("some"),
            "the whole entry",
            trials.seconds("whole"),
            3.0));
  }

  private Request sum(Query query, String mode) {
    Map<String, String> options =
        data.entry(RedisData.WIDE, "read-mode", mode, "region-linger", "0s");
    return new Request.Ask(query, "envelope", "", options, Map.of(), true);
  }

  private void again(WorkerProcess ours) throws IOException {
    progress.at("a second query");
    Request query =
        new Request.Ask(
            Query.SUM_ALL,
            "envelope",
            "",
            data.entry(RedisData.WIDE, "region-linger", "60s"),
            Map.of(),
            false);
    ours.send(query);
    report.add(
        Line.atMost(
            "second query over an unchanged entry: bytes on the wire",
            "KB",
            bytes(ours, query) / KILOBYTE,
            64.0));
  }

  /** What the server sends for a request. */
  private long bytes(WorkerProcess worker, Request request) throws IOException {
    long before = data.info("total_net_output_bytes");
    worker.send(request);
    // The two looks themselves are some kilobytes.
    return data.info("total_net_output_bytes") - before;
  }

  private void reuse() throws IOException {
    progress.at("ten pulls in a row");
    List<Double> first = new ArrayList<>();
    List<Double> reused = new ArrayList<>();
    List<Double> fresh = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      try (WorkerProcess worker = WorkerProcess.start("reuse", directory, HEAP)) {
        worker.send(new Request.Run(Job.PULL, data.entry(RedisData.TINY, "integrity", "skip")));
        first.add(secondsPerGigabyte(worker, 0, true));
        for (int j = 1; j <= 10; j++) {
          reused.add(secondsPerGigabyte(worker, j, true));
        }
        for (int j = 1; j <= 5; j++) {
          fresh.add(secondsPerGigabyte(worker, j, false));
        }
      }
    }
    String what = "ten pulls in a row into reused regions";
    report.add(
        Line.against(
            what, "s/GB", Median.of(reused), "the first one, cold", Median.of(first), 1.3));
    report.add(
        Line.against(
            what, "s/GB", Median.of(reused), "later ones into new memory", Median.of(fresh), null));
  }

  /** Of two entries in turns, so that none is still there; one's memory serves the other. */
  private double secondsPerGigabyte(WorkerProcess worker, int turn, boolean reuse)
      throws IOException {
    String key = turn % 2 == 0 ? RedisData.WIDE : RedisData.WIDE_TOO;
    Map<String, String> options =
        reuse
            ? data.entry(key, "integrity", "skip", "region-linger-size", "400m")
            : data.entry(key, "integrity", "skip", "region-linger", "0s");
    Measured pull = worker.send(new Request.Run(Job.PULL, options));
    return pull.wallSeconds() / pull.answer() * GIGABYTE;
  }
}

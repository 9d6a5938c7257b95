package dev.envelope.bench;

import dev.envelope.bench.worker.Job;
import dev.envelope.bench.worker.Request;
import dev.envelope.bench.worker.WorkerProcess;
import dev.envelope.entry.FileName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How fast entries of a kind become batches, against Python reading the same file. */
final class KindSpeeds {
  private static final List<String> HEAP = List.of("-Xms1g", "-Xmx1g");
  private static final String SCRIPT = "kinds.py";

  private final Path directory;
  private final Path data;
  private final Report report;
  private final Progress progress;

  KindSpeeds(Path directory, Report report, Progress progress) {
    this.directory = directory;
    this.data = directory.resolve("data/kinds");
    this.report = report;
    this.progress = progress;
  }

  void run() throws IOException {
    Optional<PythonPeer.Environment> environment =
        PythonPeer.Environment.install(
            directory,
            "kinds",
            "msgpack==1.2.4",
            "numpy==2.4.6",
            "pandas==3.1.1",
            "pyarrow==26.0.1",
            "xxhash==4.1.0");
    if (environment.isEmpty()) {
      return;
    }
    if (!Files.exists(data.resolve(FileName.of("lz4")))) {
      progress.at("making data");
      environment.get().run(SCRIPT, "write", data.toString());
    }
    try (WorkerProcess ours = WorkerProcess.start("kinds", directory, HEAP);
        PythonPeer python = environment.get().start(SCRIPT, "read")) {
      for (String codec : List.of("zstd", "lz4")) {
        progress.at("Arrow with " + codec);
        against(ours, python, codec, "arrow", codec + " Arrow entry to vectors", "pyarrow", 1.0);
      }
    }
  }

  /** Both on one thread; Python compares no checksum, so ours does not either. */
  private void against(
      WorkerProcess ours,
      PythonPeer python,
      String key,
      String kind,
      String what,
      String peer,
      double goal)
      throws IOException {
    Path file = data.resolve(FileName.of(key));
    Map<String, String> options = Map.of("path", data.toString(), "key", key);
    Map<String, String> unchecked =
        Map.of("path", data.toString(), "key", key, "integrity", "skip");
    Trials trials =
        new Trials()
            .with("ours", ours, new Request.Run(Job.READ_ALONE, unchecked))
            .with("verified", ours, new Request.Run(Job.READ_ALONE, options))
            .with("python", () -> python.ask(kind + " " + file))
            .run();
    report.add(
        Line.against(
            what + ", one thread",
            "s",
            trials.seconds("ours"),
            peer,
            trials.seconds("python"),
            goal));
    report.add(
        Line.against(
            what + ", one thread, with the checksum",
            "s",
            trials.seconds("verified"),
            peer,
            trials.seconds("python"),
            null));
  }
}

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

/** How fast entries of a kind become batches, against Python reading the same file. */
final class KindSpeeds {
  private static final List<String> HEAP = List.of("-Xms1g", "-Xmx1g");
  private static final String SCRIPT = "kinds.py";

  /** Encrypted entries of 1, 250 and 500 MB. */
  static final List<String> SEALED = List.of("bench:tiny", "bench:half", "bench:whole");

  private final Path directory;
  private final Path data;
  private final Report report;
  private final Progress progress;
  private PythonPeer.Environment environment;

  KindSpeeds(Path directory, Report report, Progress progress) {
    this.directory = directory;
    this.data = directory.resolve("data/kinds");
    this.report = report;
    this.progress = progress;
  }

  /** Makes data, unless it is there; says whether it could. */
  boolean prepare() throws IOException {
    environment =
        PythonPeer.Environment.install(
                directory,
                "kinds",
                "cryptography==50.0.2",
                "lz4==4.4.5",
                "msgpack==1.2.4",
                "numpy==2.4.6",
                "pandas==3.1.1",
                "pyarrow==26.0.1",
                "xxhash==4.1.0")
            .orElse(null);
    if (environment == null) {
      return false;
    }
    if (!Files.exists(data.resolve(FileName.of("lz4")))) {
      progress.at("making data");
      environment.run(SCRIPT, "write", data.toString());
    }
    return true;
  }

  /** Where the entries are: a file cache. */
  Path data() {
    return data;
  }

  void run() throws IOException {
    try (WorkerProcess ours = WorkerProcess.start("kinds", directory, HEAP);
        WorkerProcess peer = WorkerProcess.start("kinds-peer", directory, HEAP);
        PythonPeer python = environment.start(SCRIPT, "read")) {
      for (String codec : List.of("zstd", "lz4")) {
        progress.at("Arrow with " + codec);
        against(ours, python, codec, "arrow", codec + " Arrow entry to vectors", "pyarrow", 1.0);
      }
      progress.at("MessagePack");
      String maps = "MessagePack list of 1,000,000 maps to batches";
      against(ours, python, "msgpack", "msgpack", maps, "msgpack and pandas", 3.0);
      against(ours, Job.READ_ALONE, peer, Job.UNPACK_VALUE, "msgpack", maps, "unpackValue", 2.0);
      progress.at("ByteStorage");
      against(
          ours,
          Job.UNPACK,
          peer,
          Job.BARE_UNPACK,
          "packed",
          "ByteStorage unpacked and verified",
          "LZ4 and XXH3 alone",
          0.9);
      progress.at("decryption");
      against(
          ours,
          Job.DECRYPT,
          peer,
          Job.BARE_DECRYPT,
          SEALED.get(1),
          "250 MB decrypted in place",
          "the cipher alone",
          0.9);
      progress.at("JSON");
      json(ours, peer);
    }
  }

  private void json(WorkerProcess ours, WorkerProcess peer) throws IOException {
    Map<String, String> entry = Map.of("path", data.toString(), "key", "json");
    Map<String, String> lines = Map.of("path", data.resolve("records.json").toString());
    Trials trials =
        new Trials()
            .with("ours", ours, new Request.Run(Job.SPARK_ENTRY, entry))
            .with("spark", peer, new Request.Run(Job.SPARK_JSON, lines))
            .run();
    report.add(
        Line.against(
            "JSON list of 1,000,000 maps, through Spark",
            "s",
            trials.seconds("ours"),
            "spark.read.json",
            trials.seconds("spark"),
            1.0));
  }

  /** The same entry by two jobs. */
  private void against(
      WorkerProcess ours,
      Job job,
      WorkerProcess peer,
      Job peers,
      String key,
      String what,
      String peerName,
      double goal)
      throws IOException {
    Map<String, String> options = Map.of("path", data.toString(), "key", key);
    Trials trials =
        new Trials()
            .with("ours", ours, new Request.Run(job, options))
            .with("peer", peer, new Request.Run(peers, options))
            .run();
    report.add(
        Line.against(what, "s", trials.seconds("ours"), peerName, trials.seconds("peer"), goal));
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

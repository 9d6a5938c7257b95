package dev.envelope.bench;

import java.nio.file.Files;
import java.nio.file.Path;

/** {@code ./bench kinds}: what is not a plain Arrow file. */
final class KindsBenchmark implements Benchmark {
  @Override
  public String name() {
    return "kinds";
  }

  @Override
  public String about() {
    return "encrypted, compressed, MessagePack and JSON entries: memory, and speed against Python,"
        + " Spark and the bare libraries";
  }

  @Override
  public void run(Path directory, Report report) throws Exception {
    Files.createDirectories(directory);
    Progress progress = new Progress();
    KindSpeeds speeds = new KindSpeeds(directory, report, progress);
    if (speeds.prepare()) {
      speeds.run();
      new KindMemory(directory, speeds.data(), report, progress).run();
    }
    progress.at("done");
  }
}

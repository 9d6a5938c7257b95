package dev.envelope.bench;

import java.nio.file.Files;
import java.nio.file.Path;

/** Entries of a file cache: memory and speed. */
final class FileBenchmark implements Benchmark {
  @Override
  public String name() {
    return "file";
  }

  @Override
  public String about() {
    return "entries of a file cache in Spark: peak memory, and speed against Parquet, stock Arrow"
        + " and a bare loop";
  }

  @Override
  public void run(Path directory, Report report) throws Exception {
    Files.createDirectories(directory);
    Progress progress = new Progress();
    progress.at("making data");
    FileData data = FileData.make(directory);
    new FileSpeeds(directory, data, report, progress).run();
    new FileMemory(directory, data, report, progress).run();
    progress.at("done");
  }
}

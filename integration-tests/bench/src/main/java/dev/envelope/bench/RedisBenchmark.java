package dev.envelope.bench;

import java.nio.file.Files;
import java.nio.file.Path;

/** Entries in a Redis: memory, speed, and what crosses the wire. */
final class RedisBenchmark implements Benchmark {
  @Override
  public String name() {
    return "redis";
  }

  @Override
  public String about() {
    return "entries in a Redis: peak memory, speed against a raw socket, Lettuce and redis-py, and"
        + " bytes on the wire";
  }

  @Override
  public void run(Path directory, Report report) throws Exception {
    Files.createDirectories(directory);
    Progress progress = new Progress();
    progress.at("making data");
    try (RedisData data = RedisData.make(directory)) {
      new RedisSpeeds(directory, data, report, progress).run();
      new RedisMemory(directory, data, report, progress).run();
      // Last, because a million keys slow down whatever looks for some.
      new RedisPlans(directory, data, report, progress).run();
    }
    progress.at("done");
  }
}

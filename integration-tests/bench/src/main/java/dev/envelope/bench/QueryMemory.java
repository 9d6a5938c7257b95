package dev.envelope.bench;

import dev.envelope.bench.worker.AnonymousMemory;
import dev.envelope.bench.worker.Measured;
import dev.envelope.bench.worker.Request;
import dev.envelope.bench.worker.WorkerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Finds the anonymous memory that a query takes at its peak, in a fresh JVM each.
 *
 * <p>The heap is there before the query, and the compiler with an appetite of its own stays out of
 * it: what is left is what the query takes.
 */
final class QueryMemory {
  private static final int WARM_UPS = 5;

  /** Starts a JVM. */
  @FunctionalInterface
  interface Starter {
    WorkerProcess start(List<String> flags) throws IOException;
  }

  private final Starter starter;
  private final List<String> flags;

  /**
   * Starts nothing yet.
   *
   * @param directory for logs
   * @param heap how much heap a JVM has, as its flags say it
   */
  QueryMemory(Path directory, String heap) {
    this(flags -> WorkerProcess.start("memory", directory, flags), heap);
  }

  /** The same with another kind of JVM. */
  QueryMemory(Starter starter, String heap) {
    this.starter = starter;
    this.flags =
        List.of(
            "-Xms" + heap,
            "-Xmx" + heap,
            "-XX:+AlwaysPreTouch",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            // Spark would refuse less than 450 MB of heap.
            "-Dspark.testing.memory=" + (1L << 30));
  }

  /**
   * A query in a JVM of its own.
   *
   * @param above the peak above what was held before the query
   * @param resident the peak of the process, mapped files and heap included
   * @param measured what the query itself says
   */
  record Peak(double above, double resident, Measured measured) {}

  /** Runs the query after some small ones. */
  Peak peak(Request warmUp, Request query) throws IOException {
    try (WorkerProcess worker = starter.start(flags)) {
      for (int i = 0; i < WARM_UPS; i++) {
        worker.send(warmUp);
      }
      try (AnonymousMemory memory = new AnonymousMemory(worker.pid())) {
        long before = memory.now();
        Measured measured = worker.send(query);
        return new Peak(memory.peak() - before, memory.residentPeak(), measured);
      }
    }
  }
}

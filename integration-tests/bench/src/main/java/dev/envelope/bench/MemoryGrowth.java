package dev.envelope.bench;

import dev.envelope.bench.worker.Request;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How a query's peak of memory grows with its entry: between one of 250 MB and one of 500 MB. */
final class MemoryGrowth {
  private static final int RUNS = 3;

  /** As little as Spark gets by with. */
  static final String HEAP = "256m";

  private final QueryMemory memory;
  private final Report report;
  private final Progress progress;

  MemoryGrowth(Path directory, Report report, Progress progress) {
    this(new QueryMemory(directory, HEAP), report, progress);
  }

  /** The same in JVMs that are not Spark's. */
  MemoryGrowth(QueryMemory memory, Report report, Progress progress) {
    this.memory = memory;
    this.report = report;
    this.progress = progress;
  }

  /** The same query over three entries. */
  record Queries(Request tiny, Request half, Request whole) {}

  /**
   * Measures it.
   *
   * @param what begins the names of the lines
   * @param most the growth to stay below
   * @param mostRest what does not grow, in megabytes, or null where it is only reported
   */
  void measure(String what, Queries queries, double most, Double mostRest) throws IOException {
    List<Double> half = new ArrayList<>();
    List<Double> whole = new ArrayList<>();
    List<Double> allocated = new ArrayList<>();
    List<Double> netty = new ArrayList<>();
    for (int i = 0; i < RUNS; i++) {
      progress.at(what + ", run " + (i + 1) + " of " + RUNS);
      half.add(memory.peak(queries.tiny(), queries.half()).above());
      QueryMemory.Peak peak = memory.peak(queries.tiny(), queries.whole());
      whole.add(peak.above());
      allocated.add((double) peak.measured().peakBytes());
      netty.add((double) peak.measured().nettyBytes());
    }
    double slope = (Median.of(whole) - Median.of(half)) / (250.0 * FileData.MB);
    double rest = Median.of(half) - slope * 250 * FileData.MB;
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

  private void megabytes(String what, double bytes) {
    report.add(Line.atMost(what, "MB", bytes / FileData.MB, null));
  }
}

package dev.envelope.bench;

import java.nio.file.Path;
import java.util.List;

/** What {@code ./bench} starts. */
public final class Main {
  private static final List<Benchmark> ALL =
      List.of(
          new FileBenchmark(), new RedisBenchmark(), new KindsBenchmark(), new FlinkBenchmark());

  private Main() {}

  /** Runs the benchmark that the arguments name, or lists all. */
  public static void main(String[] args) throws Exception {
    if (args.length == 1) {
      System.out.println("usage: ./bench NAME, where NAME is one of:");
      ALL.forEach(one -> System.out.printf("  %-8s %s%n", one.name(), one.about()));
      return;
    }
    Path directory = Path.of(args[0]).toAbsolutePath();
    Benchmark benchmark =
        ALL.stream().filter(one -> one.name().equals(args[1])).findFirst().orElse(null);
    if (benchmark == null || args.length > 2) {
      System.err.println("there is no benchmark '" + args[1] + "'; ./bench lists them");
      System.exit(2);
      return;
    }
    Report report = new Report();
    benchmark.run(directory, report);
    report.save(directory.resolve(benchmark.name() + ".json"));
    System.out.print(report.table());
  }
}

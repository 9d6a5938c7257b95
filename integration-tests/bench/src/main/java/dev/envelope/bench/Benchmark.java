package dev.envelope.bench;

import java.nio.file.Path;

/** Something to measure under one name. */
interface Benchmark {
  String name();

  /** What is measured, in a line. */
  String about();

  /**
   * Measures.
   *
   * @param directory for data, which stays there for the next run, and for logs
   * @throws Exception when it cannot be measured; a goal that is missed is a result
   */
  void run(Path directory, Report report) throws Exception;
}

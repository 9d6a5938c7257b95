package dev.envelope.bench;

import dev.envelope.bench.worker.Measured;
import dev.envelope.bench.worker.Request;
import dev.envelope.bench.worker.WorkerProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs several things in turns that need not have the same answer; only time is looked at. */
final class Trials {
  private static final int FEW_WARM_UPS = 2;
  private static final int RUNS = 5;

  /** Something that tells how many seconds it took. */
  @FunctionalInterface
  interface Timed {
    double run() throws IOException;
  }

  private final Map<String, Timed> all = new LinkedHashMap<>();
  private final Map<String, List<Double>> times = new LinkedHashMap<>();

  Trials with(String name, Timed timed) {
    all.put(name, timed);
    times.put(name, new ArrayList<>());
    return this;
  }

  Trials with(String name, WorkerProcess worker, Request request) {
    return with(
        name,
        () -> {
          Measured measured = worker.send(request);
          return measured.wallSeconds();
        });
  }

  /** Runs all of them: warm-ups first, which do not count. */
  Trials run() throws IOException {
    return run(FEW_WARM_UPS);
  }

  /** The same with as many warm-ups as it takes until all code is compiled. */
  Trials run(int warmUps) throws IOException {
    for (int i = 0; i < warmUps + RUNS; i++) {
      for (Map.Entry<String, Timed> one : all.entrySet()) {
        double seconds = one.getValue().run();
        if (i >= warmUps) {
          times.get(one.getKey()).add(seconds);
        }
      }
    }
    return this;
  }

  /** The median. */
  double seconds(String name) {
    return Median.of(times.get(name));
  }

  /** All that counted, in their order. */
  List<Double> all(String name) {
    return List.copyOf(times.get(name));
  }
}

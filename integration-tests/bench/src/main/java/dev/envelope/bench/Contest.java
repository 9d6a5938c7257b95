package dev.envelope.bench;

import dev.envelope.bench.worker.Measured;
import dev.envelope.bench.worker.Request;
import dev.envelope.bench.worker.WorkerProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Runs several ways to the same answer in turns, so that whatever else the machine does meets them
 * all.
 */
final class Contest {
  private static final int WARM_UPS = 2;
  private static final int RUNS = 5;

  /** Sums in another order differ in their last digits. */
  private static final double TOLERANCE = 1e-9;

  private record Contender(WorkerProcess worker, Request request, List<Measured> runs) {}

  private final Map<String, Contender> contenders = new LinkedHashMap<>();

  /** Adds a way under a name. */
  Contest with(String name, WorkerProcess worker, Request request) {
    contenders.put(name, new Contender(worker, request, new ArrayList<>()));
    return this;
  }

  /** Runs all of them: warm-ups first, which do not count. */
  Contest run() throws IOException {
    for (int i = 0; i < WARM_UPS + RUNS; i++) {
      for (Contender contender : contenders.values()) {
        Measured run = contender.worker().send(contender.request());
        if (i >= WARM_UPS) {
          contender.runs().add(run);
        }
      }
    }
    checkAnswers();
    return this;
  }

  private void checkAnswers() {
    double expected = contenders.values().iterator().next().runs().get(0).answer();
    contenders.forEach(
        (name, contender) -> {
          for (Measured run : contender.runs()) {
            if (Math.abs(run.answer() - expected) > TOLERANCE * Math.abs(expected)) {
              throw new IllegalStateException(
                  name + " answers " + run.answer() + " where " + expected + " is expected");
            }
          }
        });
  }

  /** The median of the time on cores. */
  double cpuSeconds(String name) {
    return median(name, Measured::cpuSeconds);
  }

  /** The median of the time that passed. */
  double wallSeconds(String name) {
    return median(name, Measured::wallSeconds);
  }

  /** How many tasks read. */
  int tasks(String name) {
    return contenders.get(name).runs().get(0).tasks();
  }

  private double median(String name, ToDoubleFunction<Measured> value) {
    return Median.of(contenders.get(name).runs().stream().map(value::applyAsDouble).toList());
  }
}

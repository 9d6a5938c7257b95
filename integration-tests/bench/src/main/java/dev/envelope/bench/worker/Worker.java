package dev.envelope.bench.worker;

import dev.envelope.bench.stock.StockArrowReader;
import dev.envelope.scan.EntryPool;
import dev.envelope.scan.ScanMetrics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A JVM with Spark in it that does what it reads from its standard input.
 *
 * <p>Each peer has one of its own: generated code whose call sites have met the vectors of several
 * readers is slower for all of them.
 */
public final class Worker {
  private static final double NANOS = 1e9;

  private final SparkSession spark;
  private final TaskTimes times = new TaskTimes();

  /** Tables are loaded once: what is measured is queries, and a Parquet schema takes a job. */
  private final Map<String, Dataset<Row>> tables = new HashMap<>();

  private Worker(SparkSession spark) {
    this.spark = spark;
    spark.sparkContext().addSparkListener(times);
  }

  /** Serves requests until the input ends. */
  public static void main(String[] args) throws Exception {
    RequestLoop requests = RequestLoop.overStandardStreams();
    SparkSession session =
        SparkSession.builder()
            .master("local[" + Runtime.getRuntime().availableProcessors() + "]")
            .appName("bench")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .getOrCreate();
    Worker worker = new Worker(session);
    requests.serve(worker::serve);
    session.stop();
  }

  private Measured serve(Request request) throws Exception {
    if (request instanceof Request.Ask ask) {
      return ask(ask);
    } else if (request instanceof Request.BareLoop loop) {
      return BareLoop.run(Path.of(loop.path()));
    } else if (request instanceof Request.WriteParquet write) {
      return write(write);
    } else if (request instanceof Request.Run run) {
      return run.what().measure(run.options());
    }
    throw new IOException("unknown request " + request);
  }

  private Measured ask(Request.Ask ask) throws Exception {
    ask.settings().forEach(spark.conf()::set);
    if (ask.forget()) {
      EntryPool.ofThisJvm().clear();
    }
    Dataset<Row> table =
        tables.computeIfAbsent(
            ask.format() + ask.path() + ask.options(),
            name -> {
              var reader = spark.read().format(ask.format()).options(ask.options());
              return ask.path().isEmpty() ? reader.load() : reader.load(ask.path());
            });
    settle();
    times.reset();
    long start = System.nanoTime();
    List<Row> rows = ask.query().over(table).collectAsList();
    double wallSeconds = (System.nanoTime() - start) / NANOS;
    settle();
    return new Measured(
        wallSeconds,
        times.cpuSeconds(),
        times.readers(),
        digest(rows),
        Math.max(ScanMetrics.ofThisJvm().peakBytes(), StockArrowReader.peakBytes()),
        nettyBytes());
  }

  private Measured write(Request.WriteParquet write) throws Exception {
    spark
        .read()
        .format("envelope")
        .options(write.options())
        .load(write.from())
        .write()
        .mode("overwrite")
        .option("compression", write.codec())
        .parquet(write.to());
    settle();
    return new Measured(0, times.cpuSeconds(), times.readers(), 0, 0, 0);
  }

  /** Until the listeners have heard everything. */
  private void settle() throws Exception {
    spark.sparkContext().listenerBus().waitUntilEmpty();
  }

  private static double digest(List<Row> rows) {
    double sum = 0;
    for (Row row : rows) {
      for (int i = 0; i < row.size(); i++) {
        sum += row.get(i) instanceof Number number ? number.doubleValue() : 0;
      }
    }
    return sum;
  }

  private static long nettyBytes() {
    return io.netty.util.internal.PlatformDependent.usedDirectMemory()
        + dev.envelope.shaded.io.netty.util.internal.PlatformDependent.usedDirectMemory();
  }
}

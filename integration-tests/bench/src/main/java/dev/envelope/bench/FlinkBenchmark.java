package dev.envelope.bench;

import dev.envelope.bench.data.DataSet;
import dev.envelope.bench.worker.FlinkQuery;
import dev.envelope.bench.worker.FlinkRows;
import dev.envelope.bench.worker.Held;
import dev.envelope.bench.worker.Request;
import dev.envelope.bench.worker.WorkerProcess;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code ./bench flink}: a MiniCluster in each worker, two tasks in parallel. */
final class FlinkBenchmark implements Benchmark {
  private static final List<String> HEAP = List.of("-Xms2g", "-Xmx2g");
  private static final String MAIN = "dev.envelope.bench.flink.FlinkWorker";
  private static final String OURS = "envelope";
  private static final String COPIED = "GenericRowData";
  private static final String PARQUET = "Parquet";

  /** Until the caches of Flink and of the JIT are full; what counts is what comes then. */
  private static final int FIRST_JOBS = 100;

  private static final int MORE_JOBS = 100;

  @Override
  public String name() {
    return "flink";
  }

  @Override
  public String about() {
    return "entries in Flink: speed against Parquet, peak memory, and what 200 jobs leave behind";
  }

  @Override
  public void run(Path directory, Report report) throws Exception {
    Files.createDirectories(directory);
    Progress progress = new Progress();
    progress.at("making data");
    FileData.Tables tables = FileData.make(directory).of(Codec.PLAIN);
    Workers workers = Workers.find(directory);
    speeds(workers, tables, report, progress);
    memory(workers, tables, report, progress);
    progress.at("done");
  }

  /**
   * What workers are made of.
   *
   * @param classPath without the connector
   * @param jar the connector
   * @param logging a flag that has Flink log errors only
   */
  private record Workers(Path directory, String classPath, String jar, String logging) {
    /** {@code ./bench} says where they are. */
    static Workers find(Path directory) {
      return new Workers(
          directory,
          required("envelope.bench.flink.classpath"),
          required("envelope.bench.flink.jar"),
          "-Djava.util.logging.config.file=" + required("envelope.bench.flink.logging"));
    }

    private static String required(String name) {
      String value = System.getProperty(name);
      if (value == null) {
        throw new IllegalStateException(name + " is not set; start this by ./bench flink");
      }
      return value;
    }

    /** One with the connector in its class path, as in Flink's lib. */
    WorkerProcess start(String name, List<String> flags) throws IOException {
      List<String> all = new ArrayList<>(flags);
      all.add(logging);
      return WorkerProcess.start(
          "flink-" + name, directory, all, classPath + File.pathSeparator + jar, MAIN);
    }

    /** One whose jobs bring the connector. */
    WorkerProcess startSession() throws IOException {
      List<String> flags = new ArrayList<>(List.of("-Xms512m", "-Xmx512m"));
      flags.add(logging);
      flags.add("-XX:+AlwaysPreTouch");
      flags.add("-XX:+UseSerialGC");
      // The JDK and Flink remember classes for as long as there is room.
      flags.add("-XX:SoftRefLRUPolicyMSPerMB=0");
      return WorkerProcess.start("flink-session", directory, flags, classPath, MAIN);
    }
  }

  private static void speeds(
      Workers workers, FileData.Tables tables, Report report, Progress progress)
      throws IOException {
    try (WorkerProcess ours = workers.start("envelope", HEAP);
        WorkerProcess copied = workers.start("copied", HEAP);
        WorkerProcess parquet = workers.start("parquet", HEAP)) {
      progress.at("stream");
      Contest stream = new Contest();
      FlinkQuery sums = FlinkQuery.STREAM_SUM_ALL;
      stream.with(OURS, ours, ask(sums, FlinkRows.ENVELOPE, tables.wide(), false));
      stream.with("with the checksum", ours, ask(sums, FlinkRows.ENVELOPE, tables.wide(), true));
      stream.with(COPIED, copied, ask(sums, FlinkRows.ENVELOPE_COPIED, tables.wide(), false));
      stream.with(PARQUET, parquet, ask(sums, FlinkRows.PARQUET, tables.wideParquet(), false));
      stream.run();
      String what = "sum of 20 columns, stream";
      against(report, stream, what, OURS, PARQUET, 3.0);
      against(report, stream, what + ", with the checksum", "with the checksum", PARQUET, null);
      against(report, stream, what, OURS, COPIED, null);
    }
    try (WorkerProcess ours = workers.start("envelope-sql", HEAP);
        WorkerProcess parquet = workers.start("parquet-sql", HEAP)) {
      sql(ours, parquet, FlinkQuery.SUM_ALL, "sum of 20 columns, SQL", tables, report, progress);
      sql(ours, parquet, FlinkQuery.SUM_ONE, "sum of one column, SQL", tables, report, progress);
      String group = "group by a string, SQL";
      sql(ours, parquet, FlinkQuery.GROUP_BY_STRING, group, tables, report, progress);
    }
  }

  private static void sql(
      WorkerProcess ours,
      WorkerProcess parquet,
      FlinkQuery query,
      String what,
      FileData.Tables tables,
      Report report,
      Progress progress)
      throws IOException {
    progress.at(what);
    boolean text = query == FlinkQuery.GROUP_BY_STRING;
    DataSet entries = text ? tables.text() : tables.wide();
    DataSet files = text ? tables.textParquet() : tables.wideParquet();
    Contest contest = new Contest();
    contest.with(OURS, ours, ask(query, FlinkRows.ENVELOPE, entries, false));
    contest.with(PARQUET, parquet, ask(query, FlinkRows.PARQUET, files, false));
    contest.run();
    against(report, contest, what, OURS, PARQUET, 1.0);
  }

  private static void against(
      Report report, Contest contest, String what, String ours, String peer, Double goal) {
    report.add(
        Line.against(what, "s", contest.wallSeconds(ours), peer, contest.wallSeconds(peer), goal));
    report.add(
        Line.against(
            what, "s of CPU", contest.cpuSeconds(ours), peer, contest.cpuSeconds(peer), null));
  }

  private static Request ask(FlinkQuery query, FlinkRows rows, DataSet data, boolean forget) {
    return new Request.AskFlink(query, rows, data.directory().toString(), Map.of(), forget);
  }

  private static void memory(
      Workers workers, FileData.Tables tables, Report report, Progress progress) throws Exception {
    QueryMemory memory =
        new QueryMemory(flags -> workers.start("memory", flags), MemoryGrowth.HEAP);
    MemoryGrowth growth = new MemoryGrowth(memory, report, progress);
    growth.measure(
        "memory, mapped",
        new MemoryGrowth.Queries(
            ask(FlinkQuery.STREAM_SUM_ALL, FlinkRows.ENVELOPE, tables.tiny(), true),
            ask(FlinkQuery.STREAM_SUM_ALL, FlinkRows.ENVELOPE, tables.half(), true),
            ask(FlinkQuery.STREAM_SUM_ALL, FlinkRows.ENVELOPE, tables.whole(), true)),
        0.02,
        null);
    try (RedisData redis = RedisData.make(workers.directory())) {
      growth.measure(
          "memory, from Redis, verified",
          new MemoryGrowth.Queries(
              ask(redis, RedisData.TINY), ask(redis, RedisData.HALF), ask(redis, RedisData.WHOLE)),
          1.02,
          null);
      session(workers, tables, redis, report, progress);
    }
  }

  private static Request ask(RedisData redis, String key) {
    return new Request.AskFlink(
        FlinkQuery.STREAM_SUM_ALL, FlinkRows.ENVELOPE, "", verified(redis, key), true);
  }

  private static Map<String, String> verified(RedisData redis, String key) {
    return redis.entry(key, "read-mode", "verified");
  }

  /** A file and a Redis in turns, because the latter leaves connections and threads to give up. */
  private static void session(
      Workers workers, FileData.Tables tables, RedisData redis, Report report, Progress progress)
      throws IOException {
    List<Map<String, String>> sources =
        List.of(
            Map.of("path", tables.tiny().directory().toString()), verified(redis, RedisData.TINY));
    try (WorkerProcess worker = workers.startSession()) {
      progress.at("the first " + FIRST_JOBS + " jobs of a session");
      Held before =
          worker.send(new Request.Session(workers.jar(), sources, FIRST_JOBS), Held.class);
      progress.at("as many again");
      Held after = worker.send(new Request.Session(workers.jar(), sources, MORE_JOBS), Held.class);
      // One job of ten that leaves something behind would show in each of these.
      growth(report, "anonymous memory", "MB", before.anonymous(), after.anonymous(), 16.0);
      growth(report, "direct memory", "MB", before.direct(), after.direct(), 1.0);
      growth(report, "metaspace", "MB", before.metaspace(), after.metaspace(), 2.0);
      growth(report, "class loaders", "", before.loaders(), after.loaders(), 5.0);
      growth(report, "threads", "", before.threads(), after.threads(), 5.0);
    }
  }

  private static void growth(
      Report report, String what, String unit, long before, long after, double most) {
    double scale = unit.isEmpty() ? 1 : FileData.MB;
    report.add(
        Line.atMost(
            "session of 200 jobs, " + what + ": second 100 above the first",
            unit,
            (after - before) / scale,
            most));
    report.add(
        Line.atMost("session of 200 jobs, " + what + ": at the end", unit, after / scale, null));
  }
}

package dev.envelope.bench;

import dev.envelope.bench.data.DataSet;
import dev.envelope.bench.stock.StockArrowSource;
import dev.envelope.bench.worker.Query;
import dev.envelope.bench.worker.Request;
import dev.envelope.bench.worker.WorkerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Queries over the same rows as entries, as Parquet, and as entries read by stock Arrow. */
final class FileSpeeds {
  private static final String OURS = "ours";
  private static final String UNVERIFIED = "ours, not verified before";
  private static final String UNCHECKED = "no checksum";
  private static final String PARQUET = "Parquet";
  private static final String STOCK = "stock Arrow";
  private static final String LOOP = "bare loop";

  private static final double FASTER = 1;
  private static final List<String> HEAP = List.of("-Xms3g", "-Xmx3g");

  private final Path directory;
  private final FileData data;
  private final Report report;
  private final Progress progress;

  FileSpeeds(Path directory, FileData data, Report report, Progress progress) {
    this.directory = directory;
    this.data = data;
    this.report = report;
    this.progress = progress;
  }

  void run() throws IOException {
    try (WorkerProcess ours = WorkerProcess.start("envelope", directory, HEAP);
        WorkerProcess parquet = WorkerProcess.start("parquet", directory, HEAP);
        WorkerProcess stock = WorkerProcess.start("stock-arrow", directory, HEAP)) {
      for (Codec codec : Codec.values()) {
        FileData.Tables tables = data.of(codec);
        progress.at("sum of 20 columns, " + codec.label());
        sum(codec, ours, parquet, stock);
        compare(
            "one column of 20",
            codec,
            Query.SUM_ONE,
            tables.wide(),
            tables.wideParquet(),
            ours,
            parquet);
        compare(
            "filter on a number",
            codec,
            Query.FILTER_NUMBER,
            tables.wide(),
            tables.wideParquet(),
            ours,
            parquet);
        compare(
            "filter on a string",
            codec,
            Query.FILTER_TEXT,
            tables.text(),
            tables.textParquet(),
            ours,
            parquet);
        compare(
            "group by a string",
            codec,
            Query.GROUP_BY_TEXT,
            tables.text(),
            tables.textParquet(),
            ours,
            parquet);
      }
    }
  }

  private void sum(Codec codec, WorkerProcess ours, WorkerProcess parquet, WorkerProcess stock)
      throws IOException {
    DataSet entries = data.of(codec).wide();
    Contest contest =
        new Contest()
            .with(OURS, ours, envelope(Query.SUM_ALL, entries, Map.of(), false))
            .with(PARQUET, parquet, parquet(Query.SUM_ALL, data.of(codec).wideParquet()))
            // Forgets first, and verifies again: the next round's OURS finds all verified.
            .with(UNVERIFIED, ours, envelope(Query.SUM_ALL, entries, Map.of(), true))
            .with(STOCK, stock, stock(Query.SUM_ALL, entries))
            .with(
                UNCHECKED,
                ours,
                envelope(Query.SUM_ALL, entries, Map.of("integrity", "skip"), false));
    if (codec == Codec.PLAIN) {
      contest.with(LOOP, ours, new Request.BareLoop(entries.directory().toString()));
    }
    contest.run();
    String what = "sum of 20 columns, " + codec.label();
    requireSameTasks(contest, PARQUET);
    requireSameTasks(contest, STOCK);
    cpu(what, contest, OURS, PARQUET, 5.0);
    wall(what, contest, OURS, PARQUET, 3.0);
    cpu(what + ", with the checksum", contest, UNVERIFIED, PARQUET, 3.0);
    wall(what + ", with the checksum", contest, UNVERIFIED, PARQUET, FASTER);
    cpu(what, contest, OURS, STOCK, 2.0);
    wall(what, contest, OURS, STOCK, null);
    cpu(what + ", with the checksum", contest, UNVERIFIED, UNCHECKED, null);
    wall(what + ", with the checksum", contest, UNVERIFIED, UNCHECKED, null);
    if (codec == Codec.PLAIN) {
      cpu(what, contest, OURS, LOOP, null);
    }
  }

  private void compare(
      String what,
      Codec codec,
      Query query,
      DataSet entries,
      DataSet files,
      WorkerProcess ours,
      WorkerProcess parquet)
      throws IOException {
    String title = what + ", " + codec.label();
    progress.at(title);
    Contest contest =
        new Contest()
            .with(OURS, ours, envelope(query, entries, Map.of(), false))
            .with(PARQUET, parquet, parquet(query, files))
            .run();
    requireSameTasks(contest, PARQUET);
    cpu(title, contest, OURS, PARQUET, FASTER);
    wall(title, contest, OURS, PARQUET, FASTER);
  }

  private static Request envelope(
      Query query, DataSet entries, Map<String, String> more, boolean forget) throws IOException {
    Map<String, String> options = new HashMap<>(FileData.splitOptions(entries));
    options.putAll(more);
    return new Request.Ask(
        query, "envelope", entries.directory().toString(), options, Map.of(), forget);
  }

  private static Request parquet(Query query, DataSet files) throws IOException {
    return new Request.Ask(
        query,
        "parquet",
        files.directory().toString(),
        Map.of(),
        FileData.splitSettings(files),
        false);
  }

  private static Request stock(Query query, DataSet entries) {
    return new Request.Ask(
        query,
        StockArrowSource.class.getName(),
        entries.directory().toString(),
        Map.of(),
        Map.of(),
        false);
  }

  private static void requireSameTasks(Contest contest, String peer) {
    if (contest.tasks(OURS) != contest.tasks(peer)) {
      throw new IllegalStateException(
          "%d tasks against %d of %s".formatted(contest.tasks(OURS), contest.tasks(peer), peer));
    }
  }

  private void cpu(String what, Contest contest, String ours, String peer, Double goal) {
    report.add(
        Line.against(
            what, "s of CPU", contest.cpuSeconds(ours), peer, contest.cpuSeconds(peer), goal));
  }

  private void wall(String what, Contest contest, String ours, String peer, Double goal) {
    report.add(
        Line.against(what, "s", contest.wallSeconds(ours), peer, contest.wallSeconds(peer), goal));
  }
}

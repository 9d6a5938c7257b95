package dev.envelope.bench;

import dev.envelope.bench.data.DataSet;
import dev.envelope.bench.stock.StockArrowSource;
import dev.envelope.bench.worker.Query;
import dev.envelope.bench.worker.Request;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The anonymous memory that a query takes at its peak, above what its JVM held before it; and how
 * that grows with the entry. Each query runs in a fresh JVM.
 */
final class FileMemory {
  private static final String OURS = "envelope";
  private static final int RUNS = 3;

  /** The heap is there before the query. */
  private static final String HEAP = "1g";

  private final QueryMemory memory;
  private final FileData data;
  private final Report report;
  private final Progress progress;

  FileMemory(Path directory, FileData data, Report report, Progress progress) {
    this.memory = new QueryMemory(directory, HEAP);
    this.data = data;
    this.report = report;
    this.progress = progress;
  }

  private record Way(String name, Codec codec, String format, Map<String, String> options) {
    Request query(DataSet entries) {
      return new Request.Ask(
          Query.SUM_ALL, format, entries.directory().toString(), options, Map.of(), false);
    }
  }

  private record Peaks(List<QueryMemory.Peak> half, List<QueryMemory.Peak> whole) {
    Peaks() {
      this(new ArrayList<>(), new ArrayList<>());
    }
  }

  void run() throws IOException {
    String stock = StockArrowSource.class.getName();
    Way mapped = new Way("uncompressed, mapped", Codec.PLAIN, OURS, Map.of());
    Way read = new Way("uncompressed, read", Codec.PLAIN, OURS, Map.of("file-access", "read"));
    Way zstd = new Way("zstd, mapped", Codec.ZSTD, OURS, Map.of());
    Way stockPlain = new Way("uncompressed, stock Arrow", Codec.PLAIN, stock, Map.of());
    Way stockZstd = new Way("zstd, stock Arrow", Codec.ZSTD, stock, Map.of());
    Map<Way, Peaks> peaks = new LinkedHashMap<>();
    for (Way way : List.of(mapped, read, zstd, stockPlain, stockZstd)) {
      peaks.put(way, new Peaks());
    }
    for (int i = 0; i < RUNS; i++) {
      progress.at("memory, run " + (i + 1) + " of " + RUNS);
      for (Map.Entry<Way, Peaks> way : peaks.entrySet()) {
        FileData.Tables tables = data.of(way.getKey().codec());
        // A peer is only held against at the larger size.
        if (way.getKey().format().equals(OURS)) {
          way.getValue().half().add(peak(way.getKey(), tables, tables.half()));
        }
        way.getValue().whole().add(peak(way.getKey(), tables, tables.whole()));
      }
    }
    report(mapped, peaks.get(mapped), 0.02);
    report(read, peaks.get(read), 1.02);
    report(zstd, peaks.get(zstd), 0.02);
    against(mapped, peaks.get(mapped), peaks.get(stockPlain), 3.0);
    against(zstd, peaks.get(zstd), peaks.get(stockZstd), null);
  }

  private QueryMemory.Peak peak(Way way, FileData.Tables tables, DataSet entry) throws IOException {
    return memory.peak(way.query(tables.tiny()), way.query(entry));
  }

  private void report(Way way, Peaks peaks, double goal) throws IOException {
    FileData.Tables tables = data.of(way.codec());
    double half = median(peaks.half(), QueryMemory.Peak::above);
    double whole = median(peaks.whole(), QueryMemory.Peak::above);
    double slope = (whole - half) / (tables.whole().bytes() - tables.half().bytes());
    double intercept = half - slope * tables.half().bytes();
    String what = "memory, " + way.name();
    report.add(Line.atMost(what + ": growth per byte of entry", "", slope, goal));
    megabytes(what + ": the rest", intercept);
    megabytes(what + ": peak at 500 MB", whole);
    megabytes(
        what + ": allocator's peak at 500 MB",
        median(peaks.whole(), peak -> peak.measured().peakBytes()));
    megabytes(
        what + ": Netty's at 500 MB", median(peaks.whole(), peak -> peak.measured().nettyBytes()));
    megabytes(
        what + ": whole process, maps and heap included",
        median(peaks.whole(), QueryMemory.Peak::resident));
  }

  private void against(Way way, Peaks ours, Peaks peer, Double goal) {
    String what = "memory, " + way.name();
    report.add(
        Line.against(
            what + ": peak at 500 MB",
            "MB",
            median(ours.whole(), QueryMemory.Peak::above) / FileData.MB,
            "stock Arrow",
            median(peer.whole(), QueryMemory.Peak::above) / FileData.MB,
            goal));
    report.add(
        Line.against(
            what + ": allocator's peak at 500 MB",
            "MB",
            median(ours.whole(), peak -> peak.measured().peakBytes()) / FileData.MB,
            "stock Arrow",
            median(peer.whole(), peak -> peak.measured().peakBytes()) / FileData.MB,
            goal));
  }

  private void megabytes(String what, double bytes) {
    report.add(Line.atMost(what, "MB", bytes / FileData.MB, null));
  }

  private static double median(
      List<QueryMemory.Peak> peaks, ToDoubleFunction<QueryMemory.Peak> value) {
    return Median.of(peaks.stream().map(value::applyAsDouble).toList());
  }
}

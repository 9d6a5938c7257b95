package dev.envelope.flink.source.reader;

import dev.envelope.scan.ScanMetrics;
import java.util.function.LongSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;

/**
 * The metrics of a reader: Flink's standard ones (FLIP-33), and in the group {@code envelope} the
 * ones that Spark shows too.
 */
final class ReaderMetrics {
  private final ScanMetrics scan;
  private final SourceReaderMetricGroup group;
  private final Counter bytesIn;
  private long counted;

  ReaderMetrics(ScanMetrics scan, SourceReaderMetricGroup group) {
    this.scan = scan;
    this.group = group;
    this.bytesIn = group.getIOMetricGroup().getNumBytesInCounter();
    MetricGroup own = group.addGroup("envelope");
    gauge(own, "entries", scan::entries);
    gauge(own, "skippedEntries", scan::skippedEntries);
    gauge(own, "batches", scan::batches);
    gauge(own, "rows", scan::rows);
    gauge(own, "mappedBytes", scan::mappedBytes);
    gauge(own, "copiedBytes", scan::copiedBytes);
    gauge(own, "decompressedBytes", scan::decompressedBytes);
    gauge(own, "checksumNanos", scan::checksumNanos);
    gauge(own, "commands", scan::commands);
    gauge(own, "receivedBytes", scan::receivedBytes);
    gauge(own, "retries", scan::retries);
    gauge(own, "tornReads", scan::tornReads);
    gauge(own, "waitNanos", scan::waitNanos);
    gauge(own, "peakBytes", scan::peakBytes);
  }

  private static void gauge(MetricGroup group, String name, LongSupplier value) {
    group.gauge(name, (Gauge<Long>) value::getAsLong);
  }

  /** Tells how many bytes of entries the reader has still to read. */
  void pending(LongSupplier bytes) {
    group.setPendingBytesGauge(bytes::getAsLong);
  }

  /** Counts what came in with a batch; on the fetcher's thread. Flink counts the rows itself. */
  void batchRead() {
    long now = scan.mappedBytes() + scan.copiedBytes() + scan.receivedBytes();
    bytesIn.inc(now - counted);
    counted = now;
  }
}

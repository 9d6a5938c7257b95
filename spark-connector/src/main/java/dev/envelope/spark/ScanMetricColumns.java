package dev.envelope.spark;

import dev.envelope.scan.ScanMetrics;
import dev.envelope.scan.ScanPlan;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.ToLongFunction;
import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;

/**
 * The metrics of a scan in the SQL tab. Spark makes the metrics anew by the names of their classes.
 */
final class ScanMetricColumns {
  private ScanMetricColumns() {}

  static CustomMetric[] all() {
    return new CustomMetric[] {
      new Entries(),
      new SkippedEntries(),
      new Batches(),
      new MappedBytes(),
      new CopiedBytes(),
      new DecompressedBytes(),
      new ChecksumTime(),
      new Commands(),
      new ReceivedBytes(),
      new Retries(),
      new TornReads(),
      new WaitTime(),
      new PeakMemory()
    };
  }

  /** The values of a task. */
  static CustomTaskMetric[] of(ScanMetrics metrics) {
    return Arrays.stream(all())
        .map(metric -> new Value(metric.name(), ((ScanMetric) metric).value(metrics)))
        .toArray(CustomTaskMetric[]::new);
  }

  /** The values of the planner. */
  static CustomTaskMetric[] ofDriver(ScanPlan plan) {
    return new CustomTaskMetric[] {new Value(new SkippedEntries().name(), plan.skipped().size())};
  }

  private record Value(String name, long value) implements CustomTaskMetric {}

  /** A metric that adds up over tasks; the subclasses say what it counts and in which unit. */
  private abstract static class ScanMetric implements CustomMetric {
    private final String name;
    private final String description;
    private final ToLongFunction<ScanMetrics> value;

    ScanMetric(String name, String description, ToLongFunction<ScanMetrics> value) {
      this.name = name;
      this.description = description;
      this.value = value;
    }

    long value(ScanMetrics metrics) {
      return value.applyAsLong(metrics);
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public String description() {
      return description;
    }

    @Override
    public String aggregateTaskMetrics(long[] values) {
      return format(Arrays.stream(values).sum());
    }

    String format(long total) {
      return String.valueOf(total);
    }
  }

  private abstract static class BytesMetric extends ScanMetric {
    BytesMetric(String name, String description, ToLongFunction<ScanMetrics> value) {
      super(name, description, value);
    }

    @Override
    String format(long total) {
      if (total < 1024) {
        return total + " B";
      }
      int steps = (63 - Long.numberOfLeadingZeros(total)) / 10;
      return String.format(
          Locale.ROOT, "%.1f %siB", total / Math.pow(1024, steps), " KMGTPE".charAt(steps));
    }
  }

  /** Entries that tasks opened; one that several tasks share counts for each. */
  public static final class Entries extends ScanMetric {
    /** Made by Spark. */
    public Entries() {
      super("envelopeEntries", "entries opened", ScanMetrics::entries);
    }
  }

  /** Entries that on-missing or on-corrupt = skip left out. */
  public static final class SkippedEntries extends ScanMetric {
    /** Made by Spark. */
    public SkippedEntries() {
      super("envelopeSkippedEntries", "entries skipped", ScanMetrics::skippedEntries);
    }
  }

  /** Record batches handed to Spark. */
  public static final class Batches extends ScanMetric {
    /** Made by Spark. */
    public Batches() {
      super("envelopeBatches", "record batches", ScanMetrics::batches);
    }
  }

  /** Bytes of entries that were mapped. */
  public static final class MappedBytes extends BytesMetric {
    /** Made by Spark. */
    public MappedBytes() {
      super("envelopeMappedBytes", "bytes mapped", ScanMetrics::mappedBytes);
    }
  }

  /** Bytes of entries that were copied into memory. */
  public static final class CopiedBytes extends BytesMetric {
    /** Made by Spark. */
    public CopiedBytes() {
      super("envelopeCopiedBytes", "bytes copied", ScanMetrics::copiedBytes);
    }
  }

  /** Bytes that decompression made. */
  public static final class DecompressedBytes extends BytesMetric {
    /** Made by Spark. */
    public DecompressedBytes() {
      super("envelopeDecompressedBytes", "bytes decompressed", ScanMetrics::decompressedBytes);
    }
  }

  private abstract static class TimeMetric extends ScanMetric {
    TimeMetric(String name, String description, ToLongFunction<ScanMetrics> value) {
      super(name, description, value);
    }

    @Override
    String format(long total) {
      return String.format(Locale.ROOT, "%.1f ms", total / 1e6);
    }
  }

  /** How long checksums took. */
  public static final class ChecksumTime extends TimeMetric {
    /** Made by Spark. */
    public ChecksumTime() {
      super("envelopeChecksumTime", "checksum time", ScanMetrics::checksumNanos);
    }
  }

  /** Commands sent to the store; none for files. */
  public static final class Commands extends ScanMetric {
    /** Made by Spark. */
    public Commands() {
      super("envelopeCommands", "commands to the store", ScanMetrics::commands);
    }
  }

  /** Bytes of the store's replies; none for files. */
  public static final class ReceivedBytes extends BytesMetric {
    /** Made by Spark. */
    public ReceivedBytes() {
      super("envelopeReceivedBytes", "bytes from the store", ScanMetrics::receivedBytes);
    }
  }

  /** What the store had to begin again. */
  public static final class Retries extends ScanMetric {
    /** Made by Spark. */
    public Retries() {
      super("envelopeRetries", "retries", ScanMetrics::retries);
    }
  }

  /** Reads that another write came into. */
  public static final class TornReads extends ScanMetric {
    /** Made by Spark. */
    public TornReads() {
      super("envelopeTornReads", "torn reads", ScanMetrics::tornReads);
    }
  }

  /** How long tasks waited for the store; none for files. */
  public static final class WaitTime extends TimeMetric {
    /** Made by Spark. */
    public WaitTime() {
      super("envelopeWaitTime", "time waiting for the store", ScanMetrics::waitNanos);
    }
  }

  /** The most off-heap memory that any task saw in use in its JVM. */
  public static final class PeakMemory extends BytesMetric {
    /** Made by Spark. */
    public PeakMemory() {
      super("envelopePeakMemory", "peak off-heap memory", ScanMetrics::peakBytes);
    }

    @Override
    public String aggregateTaskMetrics(long[] values) {
      return format(Arrays.stream(values).max().orElse(0));
    }
  }
}

package dev.envelope.scan;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What a task has done so far. Thread-safe: a listener may read while the task writes.
 *
 * <p>All values but {@link #peakBytes} add up over tasks.
 */
public final class ScanMetrics {
  private static final ScanMetrics TOTAL = new ScanMetrics(null);

  private final ScanMetrics total;
  private final AtomicLong entries = new AtomicLong();
  private final AtomicLong skipped = new AtomicLong();
  private final AtomicLong batches = new AtomicLong();
  private final AtomicLong rows = new AtomicLong();
  private final AtomicLong mapped = new AtomicLong();
  private final AtomicLong copied = new AtomicLong();
  private final AtomicLong decompressed = new AtomicLong();
  private final AtomicLong checksumNanos = new AtomicLong();
  private final AtomicLong peak = new AtomicLong();

  private ScanMetrics(ScanMetrics total) {
    this.total = total;
  }

  /** The metrics of a new task, which also count into {@link #ofThisJvm}. */
  public ScanMetrics() {
    this(TOTAL);
  }

  /** What all tasks in this JVM have done together. */
  public static ScanMetrics ofThisJvm() {
    return TOTAL;
  }

  /** How many entries were opened. */
  public long entries() {
    return entries.get();
  }

  /** How many entries were left out. */
  public long skippedEntries() {
    return skipped.get();
  }

  /** How many record batches were handed out. */
  public long batches() {
    return batches.get();
  }

  /** How many rows were handed out. */
  public long rows() {
    return rows.get();
  }

  /** How many bytes of entries were mapped. */
  public long mappedBytes() {
    return mapped.get();
  }

  /**
   * How many bytes of entries were moved into memory of their own: read, or decoded from base64.
   */
  public long copiedBytes() {
    return copied.get();
  }

  /** How many bytes were made by decompressing. */
  public long decompressedBytes() {
    return decompressed.get();
  }

  /**
   * How long checksums were computed, in nanoseconds; waiting for another task's is not counted.
   */
  public long checksumNanos() {
    return checksumNanos.get();
  }

  /** The most off-heap memory that was held at once, mapped files not counted. */
  public long peakBytes() {
    return peak.get();
  }

  void addEntry() {
    entries.incrementAndGet();
    if (total != null) {
      total.addEntry();
    }
  }

  void addSkipped() {
    skipped.incrementAndGet();
    if (total != null) {
      total.addSkipped();
    }
  }

  void addBatch(long batchRows) {
    batches.incrementAndGet();
    rows.addAndGet(batchRows);
    if (total != null) {
      total.addBatch(batchRows);
    }
  }

  void addMapped(long bytes) {
    mapped.addAndGet(bytes);
    if (total != null) {
      total.addMapped(bytes);
    }
  }

  void addCopied(long bytes) {
    copied.addAndGet(bytes);
    if (total != null) {
      total.addCopied(bytes);
    }
  }

  void addDecompressed(long bytes) {
    decompressed.addAndGet(bytes);
    if (total != null) {
      total.addDecompressed(bytes);
    }
  }

  void addChecksum(long nanos) {
    checksumNanos.addAndGet(nanos);
    if (total != null) {
      total.addChecksum(nanos);
    }
  }

  void holds(long bytes) {
    peak.accumulateAndGet(bytes, Math::max);
    if (total != null) {
      total.holds(bytes);
    }
  }
}

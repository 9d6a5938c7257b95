package dev.envelope.scan;

import dev.envelope.store.StoreTraffic;
import java.util.Locale;
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
  private final AtomicLong commands = new AtomicLong();
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong retries = new AtomicLong();
  private final AtomicLong torn = new AtomicLong();
  private final AtomicLong waitNanos = new AtomicLong();
  private final AtomicLong peak = new AtomicLong();
  private final StoreTraffic traffic = new Traffic();

  private ScanMetrics(ScanMetrics total) {
    this.total = total;
  }

  /** The metrics of a new task, which also count into {@link #ofThisJvm}. */
  public ScanMetrics() {
    this(TOTAL);
  }

  /** What all tasks in this JVM have done together, and the traffic of planning. */
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

  /** How many commands were sent to the store; 0 for files. */
  public long commands() {
    return commands.get();
  }

  /** How many bytes of replies came from the store; 0 for files. */
  public long receivedBytes() {
    return received.get();
  }

  /** How often something that failed was begun again by the store. */
  public long retries() {
    return retries.get();
  }

  /** How often an entry was written again while it was read. */
  public long tornReads() {
    return torn.get();
  }

  /** How long the task waited for replies of the store, in nanoseconds. */
  public long waitNanos() {
    return waitNanos.get();
  }

  /** What a store tells of its traffic for this task. */
  StoreTraffic traffic() {
    return traffic;
  }

  /** Counts into these metrics and into those of the JVM. */
  private final class Traffic implements StoreTraffic {
    @Override
    public void commands(long count) {
      commands.addAndGet(count);
      if (total != null) {
        total.traffic.commands(count);
      }
    }

    @Override
    public void received(long bytes) {
      received.addAndGet(bytes);
      if (total != null) {
        total.traffic.received(bytes);
      }
    }

    @Override
    public void retried() {
      retries.incrementAndGet();
      if (total != null) {
        total.traffic.retried();
      }
    }

    @Override
    public void torn() {
      torn.incrementAndGet();
      if (total != null) {
        total.traffic.torn();
      }
    }

    @Override
    public void waited(long nanos) {
      waitNanos.addAndGet(nanos);
      if (total != null) {
        total.traffic.waited(nanos);
      }
    }
  }

  /** All values in one line, for a log. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "entries=%d skipped=%d batches=%d rows=%d mapped=%d copied=%d decompressed=%d"
            + " checksumMillis=%d commands=%d received=%d retries=%d torn=%d waitMillis=%d peak=%d",
        entries(),
        skippedEntries(),
        batches(),
        rows(),
        mappedBytes(),
        copiedBytes(),
        decompressedBytes(),
        checksumNanos() / 1_000_000,
        commands(),
        receivedBytes(),
        retries(),
        tornReads(),
        waitNanos() / 1_000_000,
        peakBytes());
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

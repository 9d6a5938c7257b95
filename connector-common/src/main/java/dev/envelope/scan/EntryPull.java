package dev.envelope.scan;

import dev.envelope.ChangedEntryException;
import dev.envelope.memory.Allocators;
import dev.envelope.memory.ByteRange;
import dev.envelope.memory.ByteSource;
import dev.envelope.memory.PartialRegion;
import dev.envelope.memory.Region;
import dev.envelope.store.Pull;
import dev.envelope.store.StoredEntry;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.arrow.memory.OutOfMemoryException;

/**
 * Pulls parts of one write of an entry, one after the other, the next one already while the caller
 * works on the one before. Used by one thread.
 */
final class EntryPull implements AutoCloseable {
  /** How often an entry is opened again that was written while it was read. */
  static final int ATTEMPTS = 5;

  private final Supplier<StoredEntry> reopen;
  private final long aligned;
  private final ScanMetrics metrics;
  private StoredEntry entry;
  private Pull ahead;
  private List<ByteRange> aheadOf = List.of();

  /**
   * Takes over the open entry.
   *
   * @param reopen opens the same write again, or throws that it is gone
   * @param aligned the offset in the value that should lie on a 64-byte boundary
   */
  EntryPull(StoredEntry entry, Supplier<StoredEntry> reopen, long aligned, ScanMetrics metrics) {
    this.entry = entry;
    this.reopen = reopen;
    this.aligned = aligned;
    this.metrics = metrics;
  }

  /** Reads something small, such as metadata. */
  <T> T read(Function<ByteSource, T> small) {
    return again(() -> small.apply(entry));
  }

  /** Says what small parts will be read next. */
  void announce(List<ByteRange> ranges) {
    entry.prefetch(ranges);
  }

  /**
   * Parts of the entry; of none nothing is asked.
   *
   * @return the region with the parts, which the caller closes
   */
  Region pull(List<ByteRange> ranges) {
    if (ranges.isEmpty()) {
      return PartialRegion.allocate(Allocators.allocated(), entry.size(), ranges, aligned);
    }
    return again(
        () -> {
          try {
            if (ahead == null || !aheadOf.equals(ranges)) {
              giveUpAhead();
              ahead = entry.pull(Allocators.allocated(), ranges, aligned);
            }
            Region region = ahead.await();
            metrics.addCopied(ranges.stream().mapToLong(ByteRange::length).sum());
            metrics.holds(Allocators.allocated().getAllocatedMemory());
            return region;
          } finally {
            giveUpAhead();
          }
        });
  }

  private <T> T again(Supplier<T> read) {
    for (int attempt = 1; ; attempt++) {
      try {
        return read.get();
      } catch (ChangedEntryException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
        giveUpAhead();
        StoredEntry changed = entry;
        entry = null;
        changed.close();
        entry = reopen.get();
      }
    }
  }

  /** Starts to pull what will be asked for next, if there is room for it. */
  void pullAhead(List<ByteRange> ranges) {
    if (ranges.isEmpty()) {
      return;
    }
    try {
      ahead = entry.pull(Allocators.allocated(), ranges, aligned);
      aheadOf = ranges;
    } catch (OutOfMemoryException e) {
      // Only a head start is lost: it is pulled when it is asked for, when there may be room.
      giveUpAhead();
    }
  }

  private void giveUpAhead() {
    if (ahead != null) {
      Pull given = ahead;
      ahead = null;
      given.close();
    }
    aheadOf = List.of();
  }

  @Override
  public void close() {
    giveUpAhead();
    if (entry != null) {
      entry.close();
      entry = null;
    }
  }
}

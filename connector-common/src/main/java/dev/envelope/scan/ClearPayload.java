package dev.envelope.scan;

import dev.envelope.UnsupportedEntryException;
import dev.envelope.memory.Allocators;
import dev.envelope.memory.Region;
import dev.envelope.memory.RegionMemory;
import dev.envelope.payload.PayloadTable;
import dev.envelope.payload.arrow.ArrowFile;
import dev.envelope.store.StoredEntry;

/**
 * A payload that lies whole in memory, neither encrypted nor packed.
 *
 * @param region what it lies in, to the end; owned by this
 * @param layout what it is, in offsets of the region
 * @param checksum what its bytes must hash to, or null where the entry does not say
 */
record ClearPayload(Region region, PayloadLayout layout, Checksum checksum)
    implements AutoCloseable {

  /**
   * Pulls an entry and takes off what is around its payload.
   *
   * @param content its head; a value that was read whole for it is taken over
   * @param memory where the bytes are put
   */
  static ClearPayload of(
      StoredEntry entry, EntryContent content, RegionMemory memory, ScanMetrics metrics) {
    if (content.header().encrypted()) {
      throw new UnsupportedEntryException(
          "the entry is encrypted (tenant '"
              + content.header().tenant()
              + "'), which is not read yet");
    }
    Region region = pulled(entry, content, memory, metrics);
    try {
      PayloadLayout layout = content.layout();
      return new ClearPayload(region, layout, Checksum.of(layout, region));
    } catch (RuntimeException | Error e) {
      region.close();
      throw e;
    }
  }

  private static Region pulled(
      StoredEntry entry, EntryContent content, RegionMemory memory, ScanMetrics metrics) {
    Region whole = content.takeWhole();
    if (whole != null) {
      metrics.addCopied(whole.size());
      return whole;
    }
    if (entry.mapped()) {
      metrics.addMapped(entry.size());
      return entry.region(Allocators.mapped(), content.aligned());
    }
    Region region = entry.region(memory, content.aligned());
    metrics.addCopied(entry.size());
    metrics.holds(Allocators.allocated().getAllocatedMemory());
    return region;
  }

  /** Hashes the payload and holds it against its checksum, if it has one. */
  void verify(ScanMetrics metrics) {
    if (checksum != null) {
      long start = System.nanoTime();
      checksum.verify(region);
      metrics.addChecksum(System.nanoTime() - start);
    }
  }

  /** Finds out which columns and batches the payload has. */
  PayloadTable table() {
    return switch (layout.kind()) {
      case ARROW -> ArrowFile.open(region, layout.bodyOffset());
      default ->
          throw new UnsupportedEntryException(
              "the entry holds no table: it is a "
                  + layout.kind().label()
                  + " payload; only Arrow payloads are read yet");
    };
  }

  @Override
  public void close() {
    region.close();
  }
}

package dev.envelope.scan;

import dev.envelope.UnsupportedEntryException;
import dev.envelope.entry.FrameHeader;
import dev.envelope.memory.Region;
import dev.envelope.memory.RegionMemory;
import dev.envelope.payload.PayloadTable;
import dev.envelope.payload.arrow.ArrowFile;

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
   * Unpacks a payload in the clear.
   *
   * @param region what it lies in, up to the region's end; taken over, unless this fails
   * @param start where it starts
   * @param layout what it is
   * @param header what was claimed of it
   * @param memory where what has to be unpacked is put
   */
  static ClearPayload of(
      Region region,
      long start,
      PayloadLayout layout,
      FrameHeader header,
      RegionMemory memory,
      ScanMetrics metrics) {
    return new ClearPayload(region, layout, Checksum.of(layout, region));
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

package dev.envelope.scan;

import dev.envelope.entry.FrameHeader;
import dev.envelope.memory.Allocators;
import dev.envelope.memory.Region;
import dev.envelope.memory.RegionMemory;
import dev.envelope.payload.PayloadKind;
import dev.envelope.payload.PayloadTable;
import dev.envelope.payload.arrow.ArrowFile;
import dev.envelope.payload.document.DocumentTable;
import dev.envelope.payload.frame.FrameTable;
import dev.envelope.payload.numpy.NumpyTable;
import dev.envelope.payload.raw.RawTable;
import dev.envelope.payload.storage.ByteStorage;
import java.util.Optional;

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
    return switch (layout.kind()) {
      case ARROW, NUMPY, RAW -> new ClearPayload(region, layout, Checksum.of(layout, region));
      case JSON -> json(region, start);
      case MSGPACK, SERIES, DATAFRAME ->
          // Documents of the interop mode have no header, and nothing around them.
          header.format() == null
              ? new ClearPayload(region, layout, null)
              : unpacked(region, layout, header.compressed(), memory, metrics).told(header);
    };
  }

  /** Without a type in the header the bytes tell a Series or a DataFrame from other maps. */
  private ClearPayload told(FrameHeader header) {
    if (header.originalType() != null || layout.kind() != PayloadKind.MSGPACK) {
      return this;
    }
    long start = layout.bodyOffset();
    return FrameTable.kindOf(region, start, region.size() - start)
        .map(kind -> new ClearPayload(region, PayloadLayout.bare(kind, start), checksum))
        .orElse(this);
  }

  /** Nothing but the hash itself tells whether there is one in front. */
  private static ClearPayload json(Region region, long start) {
    if (region.size() - start > PayloadLayout.CHECKSUM) {
      PayloadLayout hashed =
          new PayloadLayout(PayloadKind.JSON, start, start + PayloadLayout.CHECKSUM);
      Checksum checksum = Checksum.of(hashed, region);
      if (checksum.fits(region)) {
        return new ClearPayload(region, hashed, checksum);
      }
    }
    return new ClearPayload(region, PayloadLayout.bare(PayloadKind.JSON, start), null);
  }

  private static ClearPayload unpacked(
      Region region,
      PayloadLayout layout,
      boolean claimed,
      RegionMemory memory,
      ScanMetrics metrics) {
    Optional<ByteStorage> storage = ByteStorage.find(region, layout.bodyOffset(), claimed);
    if (storage.isEmpty()) {
      return new ClearPayload(region, layout, null);
    }
    Region plain = storage.get().unpack(memory, 0);
    metrics.addDecompressed(plain.size());
    metrics.holds(Allocators.allocated().getAllocatedMemory());
    // Before rows are built: two regions are held while one is made of the other, and no longer.
    region.close();
    return new ClearPayload(
        plain,
        PayloadLayout.bare(layout.kind(), 0),
        new Checksum(storage.get().checksum(), 0, storage.get().checksumOffset()));
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
  PayloadTable table(Reading reading) {
    long start = layout.bodyOffset();
    long length = region.size() - start;
    return switch (layout.kind()) {
      case ARROW -> ArrowFile.open(region, start);
      case MSGPACK -> DocumentTable.msgpack(region, start, length, reading.documents());
      case JSON -> DocumentTable.json(region, start, length, reading.documents());
      case RAW -> new RawTable(start, length);
      case NUMPY -> NumpyTable.of(region, start);
      case SERIES -> FrameTable.series(region, start, length, reading.documents());
      case DATAFRAME -> FrameTable.dataframe(region, start, length, reading.documents());
    };
  }

  @Override
  public void close() {
    region.close();
  }
}

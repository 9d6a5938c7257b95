package dev.envelope.scan;

import dev.envelope.CorruptEntryException;
import dev.envelope.memory.Region;
import dev.envelope.memory.Xxh3;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.apache.arrow.memory.ArrowBuf;

/**
 * The checksum that an entry carries.
 *
 * @param expected XXH3-64 as stored
 * @param from where in the memory that holds the data the bytes start that were hashed, up to its
 *     end
 * @param storedAt where in the stored value it stands, for errors; -1 where that is not a place
 */
record Checksum(long expected, long from, long storedAt) {
  /** How much is hashed under one view, so that it fits into any window of a map. */
  private static final long HASHED_AT_ONCE = 256L << 20;

  /** The checksum in front of a payload's data; null where there is none. */
  static Checksum of(PayloadLayout layout, Region region) {
    if (!layout.hasChecksum()) {
      return null;
    }
    long stored =
        region
            .copy(layout.checksumOffset(), PayloadLayout.CHECKSUM, "checksum")
            .order(ByteOrder.BIG_ENDIAN)
            .getLong(0);
    return new Checksum(stored, layout.bodyOffset(), layout.checksumOffset());
  }

  /** The hash of a region from an offset on. */
  static long hash(Region region, long from) {
    Xxh3 hash = Xxh3.start();
    for (long at = from; at < region.size(); at += HASHED_AT_ONCE) {
      long length = Math.min(HASHED_AT_ONCE, region.size() - at);
      try (ArrowBuf bytes = region.view(at, length)) {
        hash.update(bytes.memoryAddress(), length);
      }
    }
    return hash.digest();
  }

  /** Whether the data has this hash. */
  boolean fits(Region region) {
    return hash(region, from) == expected;
  }

  /**
   * Hashes the data.
   *
   * @throws CorruptEntryException when the hash is another one
   */
  void verify(Region region) {
    verify(hash(region, from));
  }

  /**
   * Holds a hash of all of the data against this.
   *
   * @throws CorruptEntryException when they differ
   */
  void verify(long actual) {
    if (actual != expected) {
      throw new CorruptEntryException(
          "the checksum is "
              + HexFormat.of().toHexDigits(expected)
              + ", but the payload hashes to "
              + HexFormat.of().toHexDigits(actual),
          storedAt);
    }
  }
}

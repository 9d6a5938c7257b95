package dev.envelope.scan;

import dev.envelope.ChangedEntryException;
import dev.envelope.CorruptEntryException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.entry.EntryVersion;
import dev.envelope.entry.Frame;
import dev.envelope.entry.FrameHeader;
import dev.envelope.entry.LegacyEnvelope;
import dev.envelope.memory.ByteSource;
import dev.envelope.memory.Region;
import dev.envelope.memory.Xxh3;
import dev.envelope.payload.arrow.ArrowFile;
import dev.envelope.store.StoredEntry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * A stored value without its layers: what the header says, where the payload is, and which version
 * of the entry this is.
 *
 * <p>The kind of a payload is told by {@code format}, {@code original_type} and the bytes; the
 * serializer's name decides nothing.
 *
 * @param header what the frame says of the payload
 * @param version which write of the entry this is
 * @param checksumOffset where the stored checksum is, or -1 for an old payload without one
 * @param arrowOffset where the Arrow file starts
 * @param whole what the offsets point into where it had to be read whole: the payload of a legacy
 *     envelope, or a value that nothing but its hash tells from another write; null where they
 *     point into the stored value, which was read in part. Owned by this content
 */
record EntryContent(
    FrameHeader header, EntryVersion version, long checksumOffset, long arrowOffset, Region whole)
    implements AutoCloseable {
  /** XXH3-64, big-endian. */
  private static final int CHECKSUM = 8;

  /** How much is hashed under one view, so that it fits into any window of a map. */
  private static final long HASHED_AT_ONCE = 256L << 20;

  private static final long NO_CHECKSUM = -1;

  /**
   * Reads the head of an entry. Only a legacy envelope is decoded whole, and only a value without a
   * stamp, from a store that knows none either, is read whole.
   */
  static EntryContent of(StoredEntry entry, BufferAllocator allocator) {
    if (Frame.kindOf(entry) == Frame.Kind.FRAME) {
      return framed(entry, Frame.parse(entry), allocator);
    }
    LegacyEnvelope envelope = LegacyEnvelope.decode(entry, allocator);
    try {
      long arrow = arrowOffset(envelope.header(), envelope.payload(), 0);
      EntryVersion version = new EntryVersion(entry.size(), "", hash(envelope.payload()));
      return new EntryContent(
          envelope.header(), version, arrow == 0 ? NO_CHECKSUM : 0, arrow, envelope.payload());
    } catch (RuntimeException e) {
      envelope.payload().close();
      throw e;
    }
  }

  private static EntryContent framed(StoredEntry entry, Frame frame, BufferAllocator allocator) {
    long payload = frame.payloadOffset();
    long arrow = arrowOffset(frame.header(), entry, payload);
    if (arrow != payload) {
      String stamp = HexFormat.of().formatHex(entry.copy(payload, CHECKSUM, "checksum").array());
      // The header is at most a megabyte long.
      entry.stampedBy((int) payload + CHECKSUM);
      return new EntryContent(frame.header(), version(entry, frame, stamp), payload, arrow, null);
    }
    if (entry.revision() != null) {
      EntryVersion version = version(entry, frame, entry.revision());
      return new EntryContent(frame.header(), version, NO_CHECKSUM, arrow, null);
    }
    Region value = entry.region(allocator, arrow);
    try {
      // The head that was read first may be that of another write.
      Frame whole = Frame.parse(value);
      if (!whole.equals(frame) || !ArrowFile.beginsAt(value, arrow)) {
        throw new ChangedEntryException(
            "entry '" + entry.id().label() + "' was written again while it was read");
      }
      EntryVersion version = new EntryVersion(value.size(), whole.headerBytes(), hash(value));
      return new EntryContent(frame.header(), version, NO_CHECKSUM, arrow, value);
    } catch (RuntimeException e) {
      value.close();
      throw e;
    }
  }

  private static EntryVersion version(StoredEntry entry, Frame frame, String stamp) {
    return new EntryVersion(entry.size(), frame.headerBytes(), stamp);
  }

  /**
   * Where the Arrow file of a payload starts: behind its checksum, or in old entries without one.
   */
  private static long arrowOffset(FrameHeader header, ByteSource source, long payload) {
    if (header.encrypted()) {
      throw new UnsupportedEntryException(
          "the entry is encrypted (tenant '" + header.tenant() + "'), which is not read yet");
    }
    boolean claimed = "arrow".equals(header.format()) || "arrow".equals(header.originalType());
    if (!claimed) {
      throw new UnsupportedEntryException(
          "the entry holds no table: its format is "
              + quoted(header.format())
              + ", its type "
              + quoted(header.originalType())
              + "; only Arrow payloads are read yet");
    }
    if (ArrowFile.beginsAt(source, payload + CHECKSUM)) {
      return payload + CHECKSUM;
    }
    if (ArrowFile.beginsAt(source, payload)) {
      return payload;
    }
    throw new CorruptEntryException(
        "the header claims an Arrow payload, but no Arrow file begins here", payload);
  }

  /** A stamp for what was read whole anyway. */
  private static String hash(Region bytes) {
    Xxh3 hash = Xxh3.start();
    update(hash, bytes, 0);
    return HexFormat.of().toHexDigits(hash.digest());
  }

  private static void update(Xxh3 hash, Region source, long from) {
    for (long at = from; at < source.size(); at += HASHED_AT_ONCE) {
      long length = Math.min(HASHED_AT_ONCE, source.size() - at);
      try (ArrowBuf bytes = source.view(at, length)) {
        hash.update(bytes.memoryAddress(), length);
      }
    }
  }

  private static String quoted(String text) {
    return text == null ? "not given" : "'" + text + "'";
  }

  /** Whether the payload carries a checksum. */
  boolean hasChecksum() {
    return checksumOffset != NO_CHECKSUM;
  }

  /**
   * Hashes the payload and holds it against its checksum.
   *
   * @param source what the offsets point into
   * @throws CorruptEntryException when they differ
   */
  void verify(Region source) {
    ByteBuffer stored = source.copy(checksumOffset, CHECKSUM, "checksum");
    Xxh3 hash = Xxh3.start();
    update(hash, source, arrowOffset);
    compare(stored.order(ByteOrder.BIG_ENDIAN).getLong(0), hash.digest());
  }

  /**
   * Holds the hash of all bytes of the Arrow file against the checksum that the entry is known by.
   *
   * @throws CorruptEntryException when they differ
   */
  void verify(long hash) {
    compare(Long.parseUnsignedLong(version.stamp(), 16), hash);
  }

  private void compare(long expected, long actual) {
    if (actual != expected) {
      throw new CorruptEntryException(
          "the checksum is "
              + HexFormat.of().toHexDigits(expected)
              + ", but the payload hashes to "
              + HexFormat.of().toHexDigits(actual),
          checksumOffset);
    }
  }

  @Override
  public void close() {
    if (whole != null) {
      whole.close();
    }
  }
}

package dev.envelope.scan;

import dev.envelope.ChangedEntryException;
import dev.envelope.CorruptEntryException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.crypto.Decryptor;
import dev.envelope.entry.EntryVersion;
import dev.envelope.entry.Frame;
import dev.envelope.entry.FrameHeader;
import dev.envelope.entry.LegacyEnvelope;
import dev.envelope.memory.ByteSource;
import dev.envelope.memory.Region;
import dev.envelope.options.EntryFormat;
import dev.envelope.payload.PayloadKind;
import dev.envelope.store.StoredEntry;
import java.util.HexFormat;
import org.apache.arrow.memory.BufferAllocator;

/**
 * What the head of a stored value tells: the header, where the payload is, and which version of the
 * entry this is.
 *
 * <p>Owns the value where it had to be read whole for that, until somebody takes it. Not
 * thread-safe.
 */
final class EntryContent implements AutoCloseable {
  private final FrameHeader header;
  private final EntryVersion version;
  private final long payload;
  private final PayloadLayout layout;
  private final EntryFormat format;
  private Region whole;

  private EntryContent(
      FrameHeader header,
      EntryVersion version,
      long payload,
      PayloadLayout layout,
      EntryFormat format,
      Region whole) {
    this.format = format;
    this.header = header;
    this.version = version;
    this.payload = payload;
    this.layout = layout;
    this.whole = whole;
  }

  /**
   * Reads the head of an entry. Only a legacy envelope is decoded whole, and only a value without a
   * stamp, from a store that knows none either, is read whole.
   *
   * @param format what it is taken for
   * @param sealed whether documents of the interop mode are taken for encrypted ones
   */
  static EntryContent of(
      StoredEntry entry, EntryFormat format, boolean sealed, BufferAllocator allocator) {
    return switch (format) {
      case INTEROP -> interop(entry, sealed, allocator);
      case RAW ->
          Frame.looksLikeOne(entry) || Frame.looksLikeEnvelope(entry)
              ? told(entry, allocator, EntryFormat.RAW)
              : bare(entry, PayloadKind.RAW, allocator);
      case AUTO -> told(entry, allocator, EntryFormat.AUTO);
    };
  }

  private static EntryContent interop(
      StoredEntry entry, boolean sealed, BufferAllocator allocator) {
    if (Frame.looksLikeOne(entry)) {
      throw new UnsupportedEntryException(
          "it is a frame and no document of the interop mode; read it without format = interop");
    }
    if (!sealed) {
      return bare(entry, PayloadKind.MSGPACK, allocator);
    }
    refuseShort(entry.size(), 0);
    String stamp = HexFormat.of().formatHex(entry.copy(0, Decryptor.NONCE, "nonce").array());
    entry.stampedBy(Decryptor.NONCE);
    return new EntryContent(
        FrameHeader.ofSealedDocument(),
        new EntryVersion(entry.size(), "", stamp),
        0,
        null,
        EntryFormat.INTEROP,
        null);
  }

  /** A value without anything around it. */
  private static EntryContent bare(StoredEntry entry, PayloadKind kind, BufferAllocator allocator) {
    FrameHeader header = FrameHeader.absent();
    PayloadLayout layout = PayloadLayout.bare(kind, 0);
    if (entry.revision() != null) {
      EntryVersion version = new EntryVersion(entry.size(), "", entry.revision());
      return new EntryContent(header, version, 0, layout, EntryFormat.RAW, null);
    }
    Region value = entry.region(allocator, 0);
    try {
      EntryVersion version = new EntryVersion(value.size(), "", hash(value));
      return new EntryContent(header, version, 0, layout, EntryFormat.RAW, value);
    } catch (RuntimeException e) {
      value.close();
      throw e;
    }
  }

  private static EntryContent told(
      StoredEntry entry, BufferAllocator allocator, EntryFormat format) {
    if (Frame.kindOf(entry) == Frame.Kind.FRAME) {
      return framed(entry, Frame.parse(entry), allocator, format);
    }
    LegacyEnvelope envelope = LegacyEnvelope.decode(entry, allocator);
    try {
      if (envelope.header().encrypted()) {
        refuseShort(envelope.payload().size(), 0);
      }
      PayloadLayout layout =
          envelope.header().encrypted()
              ? null
              : layout(envelope.header(), envelope.payload(), 0, format);
      EntryVersion version = new EntryVersion(entry.size(), "", hash(envelope.payload()));
      return new EntryContent(envelope.header(), version, 0, layout, format, envelope.payload());
    } catch (RuntimeException e) {
      envelope.payload().close();
      throw e;
    }
  }

  /**
   * The header alone, for an entry whose payload may not be readable; null where there is none in
   * front of the payload: that of a legacy envelope comes with its content.
   */
  static FrameHeader headerOf(StoredEntry entry, EntryFormat format) {
    return format != EntryFormat.INTEROP && Frame.looksLikeOne(entry)
        ? Frame.parse(entry).header()
        : null;
  }

  private static PayloadLayout layout(
      FrameHeader header, ByteSource source, long payload, EntryFormat format) {
    return format == EntryFormat.RAW
        ? PayloadLayout.bare(PayloadKind.RAW, payload)
        : PayloadLayout.of(header, source, payload);
  }

  private static EntryContent framed(
      StoredEntry entry, Frame frame, BufferAllocator allocator, EntryFormat format) {
    FrameHeader header = frame.header();
    long payload = frame.payloadOffset();
    if (header.encrypted()) {
      refuseShort(frame.payloadLength(), payload);
      EntryVersion version = stamped(entry, frame, payload, Decryptor.NONCE, "nonce");
      return new EntryContent(header, version, payload, null, format, null);
    }
    PayloadLayout layout = layout(header, entry, payload, format);
    if (layout.hasChecksum()) {
      EntryVersion version =
          stamped(entry, frame, layout.checksumOffset(), PayloadLayout.CHECKSUM, "checksum");
      return new EntryContent(header, version, payload, layout, format, null);
    }
    if (entry.revision() != null) {
      EntryVersion version = version(entry, frame, entry.revision());
      return new EntryContent(header, version, payload, layout, format, null);
    }
    Region value = entry.region(allocator, layout.bodyOffset());
    try {
      // The head that was read first may be that of another write.
      Frame again = Frame.parse(value);
      if (!again.equals(frame) || !layout(header, value, payload, format).equals(layout)) {
        throw new ChangedEntryException(
            "entry '" + entry.id().label() + "' was written again while it was read");
      }
      EntryVersion version = new EntryVersion(value.size(), again.headerBytes(), hash(value));
      return new EntryContent(header, version, payload, layout, format, value);
    } catch (RuntimeException e) {
      value.close();
      throw e;
    }
  }

  private static void refuseShort(long length, long payload) {
    if (length < Decryptor.NONCE + Decryptor.TAG) {
      throw new CorruptEntryException(
          "an encrypted payload has "
              + (Decryptor.NONCE + Decryptor.TAG)
              + " bytes or more, this one "
              + length,
          payload);
    }
  }

  /** The version of an entry that is told by the bytes at the start of its payload. */
  private static EntryVersion stamped(
      StoredEntry entry, Frame frame, long offset, int length, String what) {
    String stamp = HexFormat.of().formatHex(entry.copy(offset, length, what).array());
    // The header is at most a megabyte long.
    entry.stampedBy((int) offset + length);
    return version(entry, frame, stamp);
  }

  private static EntryVersion version(StoredEntry entry, Frame frame, String stamp) {
    return new EntryVersion(entry.size(), frame.headerBytes(), stamp);
  }

  /** A stamp for what was read whole anyway. */
  private static String hash(Region bytes) {
    return HexFormat.of().toHexDigits(Checksum.hash(bytes, 0));
  }

  /** What the frame says of the payload. */
  FrameHeader header() {
    return header;
  }

  /** Which write of the entry this is. */
  EntryVersion version() {
    return version;
  }

  /** Where the payload starts, in the stored value or in what was read whole. */
  long payload() {
    return payload;
  }

  /** What the payload is and where; null of an encrypted one. */
  PayloadLayout layout() {
    return layout;
  }

  /**
   * What a payload is that was encrypted.
   *
   * @param source what it lies in, decrypted, up to its end
   * @param start where it starts
   */
  PayloadLayout layoutOf(ByteSource source, long start) {
    return switch (format) {
      case AUTO -> PayloadLayout.of(header, source, start);
      case INTEROP -> PayloadLayout.bare(PayloadKind.MSGPACK, start);
      case RAW -> PayloadLayout.bare(PayloadKind.RAW, start);
    };
  }

  /** Whether parts of the stored value can be read by themselves. */
  boolean inParts() {
    return whole == null && layout != null && layout.kind() == PayloadKind.ARROW;
  }

  /** The offset in the stored value that should lie on a 64-byte boundary. */
  long aligned() {
    // Of an encrypted payload the kind is a guess; it costs nothing.
    return layout == null
        ? payload + Decryptor.NONCE + PayloadLayout.CHECKSUM
        : layout.bodyOffset();
  }

  /**
   * The checksum that the entry is known by.
   *
   * @return null where there is none in front of the data
   */
  Checksum stampedChecksum() {
    return layout == null || !layout.hasChecksum()
        ? null
        : new Checksum(
            Long.parseUnsignedLong(version.stamp(), 16),
            layout.bodyOffset(),
            layout.checksumOffset());
  }

  /**
   * What the offsets point into where it had to be read whole: the payload of a legacy envelope, or
   * a value that nothing but its hash tells from another write.
   *
   * @return the region, which is the caller's to close from now on; null where the offsets point
   *     into the stored value, which was read in part
   */
  Region takeWhole() {
    Region taken = whole;
    whole = null;
    return taken;
  }

  @Override
  public void close() {
    if (whole != null) {
      whole.close();
      whole = null;
    }
  }
}

package dev.envelope.entry;

import dev.envelope.CorruptEntryException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.memory.ByteSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A v3 frame: {@code "CK"}, 3, the length of the header as a big-endian u32, the header, and the
 * payload to the end.
 *
 * @param header what the frame says of its payload
 * @param headerBytes the header as written, one character a byte; part of the entry's version
 * @param payloadOffset where in the stored value the payload starts
 * @param payloadLength how long the payload is
 */
public record Frame(
    FrameHeader header, String headerBytes, long payloadOffset, long payloadLength) {
  /** Magic, version and header length. */
  private static final int PREFIX = 7;

  private static final int VERSION = 3;

  /**
   * Real headers have 100 to 300 bytes, and names in them are bounded; 1 MiB keeps a hostile length
   * from becoming an allocation.
   */
  private static final long LONGEST_HEADER = 1 << 20;

  private static final long TYPICAL_HEADER = 1 << 10;

  /**
   * The header that was parsed last: entries of one function have the same one, and parsing JSON is
   * a fifth of what reading a small entry costs. Nothing but bytes decides, so any thread may use
   * it.
   */
  private static volatile ParsedHeader last;

  private record ParsedHeader(String written, FrameHeader header) {}

  /** What a stored value is, told by its first bytes. */
  public enum Kind {
    /** A v3 frame. */
    FRAME,
    /** A JSON object around a base64 payload. */
    LEGACY_ENVELOPE
  }

  /** Whether a value begins as a frame does, of whatever version. */
  public static boolean looksLikeOne(ByteSource value) {
    if (value.size() < 2) {
      return false;
    }
    ByteBuffer start = value.copy(0, 2, "start");
    return start.get(0) == 'C' && start.get(1) == 'K';
  }

  /** Whether a value begins as a legacy envelope does. */
  public static boolean looksLikeEnvelope(ByteSource value) {
    return value.size() > 0 && value.copy(0, 1, "start").get(0) == '{';
  }

  /**
   * Tells a frame from a legacy envelope.
   *
   * @throws CorruptEntryException when the value is neither
   */
  public static Kind kindOf(ByteSource value) {
    if (looksLikeEnvelope(value)) {
      return Kind.LEGACY_ENVELOPE;
    }
    if (looksLikeOne(value)) {
      return Kind.FRAME;
    }
    throw new CorruptEntryException(
        value.size() < PREFIX
            ? "the stored value has only " + value.size() + " bytes"
            : "the stored value begins with neither a frame's magic nor a JSON object",
        0);
  }

  /**
   * Reads the head of a frame; the payload is not touched.
   *
   * @throws CorruptEntryException when the bytes are no sound frame
   * @throws UnsupportedEntryException when the frame is of another version
   */
  public static Frame parse(ByteSource value) {
    if (value.size() < PREFIX) {
      throw new CorruptEntryException(
          "the frame has only " + value.size() + " bytes, less than the " + PREFIX + " of its head",
          0);
    }
    ByteBuffer prefix = value.copy(0, PREFIX, "head").order(ByteOrder.BIG_ENDIAN);
    if (prefix.get(0) != 'C' || prefix.get(1) != 'K') {
      throw new CorruptEntryException("the stored value is not a frame", 0);
    }
    int version = Byte.toUnsignedInt(prefix.get(2));
    if (version != VERSION) {
      throw new CorruptEntryException("the frame is of version " + version + ", not 3", 2);
    }
    long length = Integer.toUnsignedLong(prefix.getInt(3));
    if (length > value.size() - PREFIX) {
      throw new CorruptEntryException(
          "the frame's header of " + length + " bytes ends past its " + value.size() + " bytes", 3);
    }
    if (length > LONGEST_HEADER) {
      throw new CorruptEntryException(
          "the frame's header of "
              + length
              + " bytes is longer than the "
              + LONGEST_HEADER
              + " that are read",
          3);
    }
    byte[] json = value.copy(PREFIX, (int) length, "header").array();
    String written = new String(json, StandardCharsets.ISO_8859_1);
    ParsedHeader parsed = last;
    if (parsed == null || !parsed.written().equals(written)) {
      parsed = new ParsedHeader(written, FrameHeader.parse(json, PREFIX));
      if (length <= TYPICAL_HEADER) {
        last = parsed;
      }
    }
    long payload = PREFIX + length;
    return new Frame(parsed.header(), parsed.written(), payload, value.size() - payload);
  }
}

package dev.envelope.scan;

import dev.envelope.CorruptEntryException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.entry.FrameHeader;
import dev.envelope.memory.ByteSource;
import dev.envelope.payload.PayloadKind;
import dev.envelope.payload.arrow.ArrowFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What a payload in the clear is, and where in it the checksum and the data are.
 *
 * <p>The kind is told by {@code format}, {@code original_type} and the bytes; the serializer's name
 * decides nothing.
 *
 * @param kind what it is
 * @param checksumOffset where the stored checksum is, or -1 where there is none in front of the
 *     data, or only the whole tells
 * @param bodyOffset where the data starts
 */
record PayloadLayout(PayloadKind kind, long checksumOffset, long bodyOffset) {
  /** XXH3-64, big-endian. */
  static final int CHECKSUM = 8;

  static final long NO_CHECKSUM = -1;

  private static final byte[] NUMPY = "NUMPY_RAW".getBytes(StandardCharsets.US_ASCII);

  /** What people put into caches by other means, by its first bytes. */
  private static final Map<String, String> MAGICS =
      Map.of(
          "ARROW1", "an Arrow file",
          "PAR1", "a Parquet file",
          "NUMPY_RAW", "a NumPy array",
          "\u0093NUMPY", "a file of numpy.save",
          "\u0080\u0004", "a pickle",
          "\u0080\u0005", "a pickle",
          "\u001f\u008b", "gzip",
          "(\u00b5/\u00fd", "Zstandard",
          "{", "JSON",
          "[", "JSON");

  /** A checksum and the longest magic. */
  private static final int LOOKED_AT = 17;

  /** Data without a checksum in front. */
  static PayloadLayout bare(PayloadKind kind, long bodyOffset) {
    return new PayloadLayout(kind, NO_CHECKSUM, bodyOffset);
  }

  /**
   * Looks at the first bytes of a payload.
   *
   * @param header what was claimed of it
   * @param source what it lies in, to the end
   * @param payload where it starts
   * @throws CorruptEntryException when the bytes are not what the header says
   * @throws UnsupportedEntryException when the header names no known kind, whatever the bytes look
   *     like
   */
  static PayloadLayout of(FrameHeader header, ByteSource source, long payload) {
    String format = header.format() == null ? "" : header.format();
    String type = header.originalType() == null ? "" : header.originalType();
    if (format.equals("arrow") || type.equals("arrow")) {
      return claimed(
          PayloadKind.ARROW,
          source,
          payload,
          "the header claims an Arrow payload, but no Arrow file begins here");
    }
    if (type.equals("numpy")) {
      return claimed(
          PayloadKind.NUMPY,
          source,
          payload,
          "the header claims a NumPy array, but none begins here");
    }
    return switch (format) {
      case "orjson" -> bare(PayloadKind.JSON, payload);
      case "msgpack" ->
          switch (type) {
            case "dataframe" -> bare(PayloadKind.DATAFRAME, payload);
            case "series" -> bare(PayloadKind.SERIES, payload);
            case "msgpack", "" -> bare(PayloadKind.MSGPACK, payload);
            default -> throw unknown(header, source, payload);
          };
      default -> throw unknown(header, source, payload);
    };
  }

  private static PayloadLayout claimed(
      PayloadKind kind, ByteSource source, long payload, String problem) {
    PayloadLayout layout = begins(kind, source, payload);
    if (layout == null) {
      throw new CorruptEntryException(problem, payload);
    }
    return layout;
  }

  private static PayloadLayout begins(PayloadKind kind, ByteSource source, long payload) {
    if (begins(kind, source, payload, CHECKSUM)) {
      return new PayloadLayout(kind, payload, payload + CHECKSUM);
    }
    return begins(kind, source, payload, 0) ? bare(kind, payload) : null;
  }

  private static boolean begins(PayloadKind kind, ByteSource source, long payload, int after) {
    long at = payload + after;
    if (kind == PayloadKind.ARROW) {
      return ArrowFile.beginsAt(source, at);
    }
    return at <= source.size() - NUMPY.length
        && source.copy(at, NUMPY.length, "magic").equals(ByteBuffer.wrap(NUMPY));
  }

  private static UnsupportedEntryException unknown(
      FrameHeader header, ByteSource source, long payload) {
    return new UnsupportedEntryException(
        "the payload is of no kind that is known: its format is "
            + quoted(header.format())
            + ", its type "
            + quoted(header.originalType())
            + ", its serializer "
            + quoted(header.serializer())
            + ", and it begins like "
            + looks(source, payload)
            + "; format = raw hands its bytes out as they are");
  }

  /** The first bytes in words: what stands in an entry is in no message. */
  private static String looks(ByteSource source, long payload) {
    int length = (int) Math.min(LOOKED_AT, source.size() - payload);
    if (length == 0) {
      return "nothing: it is empty";
    }
    byte[] first = source.copy(payload, length, "payload").array();
    String text = new String(first, StandardCharsets.ISO_8859_1);
    for (Map.Entry<String, String> magic : MAGICS.entrySet()) {
      if (text.startsWith(magic.getKey()) || text.startsWith(magic.getKey(), CHECKSUM)) {
        return magic.getValue();
      }
    }
    return "nothing that is known";
  }

  private static String quoted(String text) {
    return text == null ? "not given" : "'" + text + "'";
  }

  /** Whether there is a checksum in front of the data. */
  boolean hasChecksum() {
    return checksumOffset != NO_CHECKSUM;
  }
}

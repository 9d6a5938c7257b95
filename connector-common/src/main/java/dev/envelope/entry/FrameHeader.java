package dev.envelope.entry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.envelope.CorruptEntryException;
import java.io.IOException;

/**
 * What a frame or a legacy envelope says of its payload.
 *
 * <p>Nothing authenticates it: it is a hint, to be held against the bytes. The serializer's name is
 * for people only; it says {@code ArrowSerializer}, {@code auto} or a user's class for the same
 * payload, so nothing is decided by it.
 *
 * @param serializer the serializer's name, or null
 * @param format {@code arrow}, {@code msgpack} or {@code orjson}; null where the header names none
 * @param originalType {@code arrow}, {@code numpy}, {@code dataframe} …, or null
 * @param compressed what the header claims of compression
 * @param encrypted whether the payload claims to be encrypted
 * @param tenant the tenant of an encrypted payload, or null
 * @param keyFingerprint the fingerprint of its key, or null
 */
public record FrameHeader(
    String serializer,
    String format,
    String originalType,
    boolean compressed,
    boolean encrypted,
    String tenant,
    String keyFingerprint) {

  /** Deep enough for every header ever written (2), and far from the end of any stack. */
  private static final int DEEPEST = 16;

  static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEEPEST)
                          // A legacy envelope carries its payload as one string.
                          .maxStringLength(Integer.MAX_VALUE)
                          .build())
                  // An excerpt of the source in an error would show values of entries.
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** What stands for the header of a value that has none. */
  public static FrameHeader absent() {
    return new FrameHeader(null, null, null, false, false, null, null);
  }

  /** What stands for the header of an encrypted document of the interop mode. */
  public static FrameHeader ofSealedDocument() {
    return new FrameHeader(null, null, null, false, true, null, null);
  }

  /** Reads a frame's header: {@code {"s": serializer, "m": metadata, "v": version}}. */
  static FrameHeader parse(byte[] json, long offset) {
    JsonNode root;
    try {
      root = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      long column = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getByteOffset());
      throw new CorruptEntryException(
          "the frame's header is not JSON: " + e.getOriginalMessage(), offset + column, e);
    } catch (IOException e) {
      throw new CorruptEntryException("the frame's header is not JSON", offset, e);
    }
    if (root == null || !root.isObject()) {
      throw new CorruptEntryException("the frame's header is not a JSON object", offset);
    }
    return of(root.get("s"), root.get("m"), offset);
  }

  /** Reads the metadata object, checking the type of every field that is used. */
  static FrameHeader of(JsonNode serializer, JsonNode metadata, long offset) {
    if (metadata == null || !metadata.isObject()) {
      throw new CorruptEntryException("the header's metadata is not a JSON object", offset);
    }
    String name = null;
    if (serializer != null && !serializer.isNull()) {
      if (!serializer.isTextual()) {
        throw new CorruptEntryException("the serializer's name is not a string", offset);
      }
      name = serializer.textValue();
    }
    return new FrameHeader(
        name,
        text(metadata, "format", offset),
        text(metadata, "original_type", offset),
        flag(metadata, "compressed", offset),
        flag(metadata, "encrypted", offset),
        text(metadata, "tenant_id", offset),
        text(metadata, "key_fingerprint", offset));
  }

  private static String text(JsonNode metadata, String name, long offset) {
    JsonNode value = metadata.get(name);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isTextual()) {
      throw new CorruptEntryException("the header's '" + name + "' is not a string", offset);
    }
    return value.textValue();
  }

  private static boolean flag(JsonNode metadata, String name, long offset) {
    JsonNode value = metadata.get(name);
    if (value == null || value.isNull()) {
      return false;
    }
    if (!value.isBoolean()) {
      throw new CorruptEntryException("the header's '" + name + "' is not true or false", offset);
    }
    return value.booleanValue();
  }
}

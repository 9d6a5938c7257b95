package dev.envelope.entry;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.envelope.CorruptEntryException;
import dev.envelope.memory.AllocatedRegion;
import dev.envelope.memory.ByteSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.apache.arrow.memory.BufferAllocator;

/**
 * What cachekit wrote before frames: a JSON object with the payload as base64 in {@code data}.
 *
 * @param header what the envelope says of its payload
 * @param payload the decoded payload; the envelope's receiver closes it
 */
public record LegacyEnvelope(FrameHeader header, AllocatedRegion payload) {

  /** What a frame's header may have; only {@code data} may have more. */
  private static final long LONGEST_METADATA = 1 << 20;

  /** How much of the stored value is looked at in one read. */
  private static final int CHUNK = 1 << 16;

  /** Reads one value out of the object, which goes on after it. */
  private static final ObjectReader MEMBER =
      FrameHeader.JSON.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /**
   * Decodes an envelope. The text of the payload is on the heap while it is decoded.
   *
   * @param value the stored value
   * @param allocator who accounts for the payload
   * @throws CorruptEntryException when the value is not a legacy envelope
   */
  public static LegacyEnvelope decode(ByteSource value, BufferAllocator allocator) {
    Base64Payload data = null;
    JsonNode metadata = null;
    JsonNode serializer = null;
    ValueStream stream = new ValueStream(value);
    try (JsonParser parser = FrameHeader.JSON.createParser(stream)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new CorruptEntryException("the legacy envelope is not a JSON object", 0);
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken token = parser.nextToken();
        if (name.equals("data") && data == null) {
          if (token != JsonToken.VALUE_STRING) {
            throw new CorruptEntryException(
                "the legacy envelope's 'data' is not a string", position(parser));
          }
          data = new Base64Payload(allocator, value.size(), position(parser));
          parser.getText(data);
        } else if (name.equals("data")) {
          throw new CorruptEntryException("the legacy envelope has 'data' twice", position(parser));
        } else if (name.equals("metadata")) {
          metadata = stream.readShort(parser);
        } else if (name.equals("serializer")) {
          serializer = stream.readShort(parser);
        } else {
          parser.skipChildren();
        }
      }
      if (parser.currentToken() != JsonToken.END_OBJECT || parser.nextToken() != null) {
        throw new CorruptEntryException(
            "the legacy envelope goes on after its end, or has none", position(parser));
      }
      if (data == null) {
        throw new CorruptEntryException("the legacy envelope has no 'data'", 0);
      }
      FrameHeader header = FrameHeader.of(serializer, metadata, 0);
      AllocatedRegion payload = data.finish();
      data = null;
      return new LegacyEnvelope(header, payload);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      long at = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getByteOffset());
      throw new CorruptEntryException(
          "the legacy envelope is not JSON: " + e.getOriginalMessage(), at, e);
    } catch (IOException e) {
      throw new CorruptEntryException("the legacy envelope is not JSON", 0, e);
    } finally {
      if (data != null) {
        data.close();
      }
    }
  }

  private static long position(JsonParser parser) {
    return Math.max(0, parser.currentTokenLocation().getByteOffset());
  }

  /** The stored value as a stream, a chunk at a time. */
  private static final class ValueStream extends InputStream {
    private final ByteSource value;
    private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK).limit(0);
    private long next;
    private long end;

    ValueStream(ByteSource value) {
      this.value = value;
      this.end = value.size();
    }

    /** Reads a value onto the heap, if it is not too long. */
    JsonNode readShort(JsonParser parser) throws IOException {
      end = Math.min(value.size(), next + LONGEST_METADATA);
      JsonNode tree = MEMBER.readTree(parser);
      end = value.size();
      return tree;
    }

    @Override
    public int read() {
      return fill() ? Byte.toUnsignedInt(chunk.get()) : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      if (length == 0) {
        return 0;
      }
      if (!fill()) {
        return -1;
      }
      int count = Math.min(length, chunk.remaining());
      chunk.get(target, offset, count);
      return count;
    }

    private boolean fill() {
      if (!chunk.hasRemaining()) {
        int count = (int) Math.min(CHUNK, end - next);
        if (count == 0 && end < value.size()) {
          throw new CorruptEntryException(
              "the legacy envelope's metadata is longer than the "
                  + LONGEST_METADATA
                  + " bytes that are read",
              next);
        }
        if (count == 0) {
          return false;
        }
        chunk.clear().limit(count);
        value.read(next, chunk);
        chunk.flip();
        next += count;
      }
      return true;
    }
  }
}

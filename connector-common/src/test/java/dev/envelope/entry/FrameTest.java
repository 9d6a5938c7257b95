package dev.envelope.entry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.envelope.CorruptEntryException;
import dev.envelope.memory.Allocators;
import dev.envelope.memory.Region;
import dev.envelope.testing.Values;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A frame is read as far as its header, and each way to be broken is told with its place. */
final class FrameTest {
  private static final String TYPICAL =
      "{\"s\":\"ArrowSerializer\",\"m\":{\"format\":\"arrow\",\"encoding\":\"utf-8\","
          + "\"compressed\":true,\"original_type\":\"arrow\"},\"v\":\"2.0\"}";

  private static final int LONGEST = 1 << 20;

  private BufferAllocator allocator;

  @BeforeEach
  void open() {
    allocator = Allocators.child("frames", 64 << 20);
  }

  @AfterEach
  void nothingIsLeft() {
    allocator.close();
  }

  private static byte[] frame(byte[] header, byte[] payload) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(new byte[] {'C', 'K', 3});
    bytes.writeBytes(ByteBuffer.allocate(4).putInt(header.length).array());
    bytes.writeBytes(header);
    bytes.writeBytes(payload);
    return bytes.toByteArray();
  }

  private static byte[] frame(String header) {
    return frame(header.getBytes(StandardCharsets.UTF_8), new byte[] {1, 2, 3});
  }

  private Frame parse(byte[] value) {
    try (Region region = Values.region(allocator, value)) {
      return Frame.parse(region);
    }
  }

  private Frame.Kind kindOf(byte... value) {
    try (Region region = Values.region(allocator, value)) {
      return Frame.kindOf(region);
    }
  }

  private void assertCorrupt(byte[] value, long offset, String reason) {
    CorruptEntryException error =
        assertThrows(CorruptEntryException.class, () -> parse(value), reason);
    assertTrue(error.getMessage().contains(reason), error.getMessage());
    assertEquals(offset, error.offset(), error.getMessage());
  }

  @Test
  void everyFieldIsRead() {
    Frame frame =
        parse(
            frame(
                "{\"s\":\"arrow\",\"m\":{\"format\":\"arrow\",\"encoding\":\"utf-8\",\"compressed\":"
                    + "true,\"original_type\":\"größe\",\"encrypted\":true,\"tenant_id\":\"t-1\","
                    + "\"encryption_algorithm\":\"AES-256-GCM\",\"key_fingerprint\":\"96179a9b\"},"
                    + "\"v\":\"2.0\"}"));
    assertEquals(
        new FrameHeader("arrow", "arrow", "größe", true, true, "t-1", "96179a9b"), frame.header());
  }

  @Test
  void absentAndNullFieldsAreTheSame() {
    FrameHeader empty = new FrameHeader(null, null, null, false, false, null, null);
    assertEquals(empty, parse(frame("{\"m\":{}}")).header());
    assertEquals(
        empty,
        parse(
                frame(
                    "{\"s\":null,\"m\":{\"format\":null,\"original_type\":null,\"compressed\":null,"
                        + "\"encrypted\":null,\"tenant_id\":null,\"key_fingerprint\":null}}"))
            .header());
  }

  @Test
  void fieldsThatAreNotKnownChangeNothing() {
    FrameHeader header =
        parse(
                frame(
                    "{\"x\":[1,{\"y\":null}],\"s\":\"a\",\"m\":{\"format\":\"arrow\",\"new\":{\"n\":1}},"
                        + "\"v\":7}"))
            .header();
    assertEquals(new FrameHeader("a", "arrow", null, false, false, null, null), header);
  }

  @Test
  void ofTwoEqualNamesTheLastCountsAsInPython() {
    FrameHeader header =
        parse(
                frame(
                    "{\"s\":\"a\",\"s\":\"b\",\"m\":{\"format\":\"msgpack\"},"
                        + "\"m\":{\"format\":\"orjson\",\"format\":\"arrow\"}}"))
            .header();
    assertEquals("b", header.serializer());
    assertEquals("arrow", header.format());
  }

  @Test
  void thePayloadIsWhatFollowsTheHeader() {
    Frame frame = parse(frame(TYPICAL));
    assertEquals(7 + TYPICAL.length(), frame.payloadOffset());
    assertEquals(3, frame.payloadLength());
    assertEquals(TYPICAL, frame.headerBytes());
    assertEquals(
        0, parse(frame(TYPICAL.getBytes(StandardCharsets.UTF_8), new byte[0])).payloadLength());
  }

  @Test
  void theHeaderAsWrittenKeepsEveryByte() {
    String json = "{\"m\":{\"format\":\"é🦆\"}}";
    byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);
    Frame frame = parse(frame(json));
    assertEquals(utf8.length, frame.headerBytes().length());
    assertEquals(
        json,
        new String(
            frame.headerBytes().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
  }

  @Test
  void theFirstBytesTellTheKind() {
    assertEquals(Frame.Kind.FRAME, kindOf((byte) 'C', (byte) 'K'));
    assertEquals(Frame.Kind.FRAME, kindOf((byte) 'C', (byte) 'K', (byte) 3, (byte) 0));
    assertEquals(Frame.Kind.LEGACY_ENVELOPE, kindOf((byte) '{'));
    assertEquals(Frame.Kind.LEGACY_ENVELOPE, kindOf((byte) '{', (byte) '"', (byte) 0));
    for (byte[] other :
        new byte[][] {{}, {'C'}, {'C', 'L'}, {'K', 'C'}, {' ', '{'}, {0, 0, 0, 0, 0, 0, 0, 0}}) {
      CorruptEntryException error = assertThrows(CorruptEntryException.class, () -> kindOf(other));
      assertEquals(0, error.offset());
    }
  }

  @Test
  void shortValuesAreCorrupt() {
    byte[] whole = frame("{\"m\":{}}");
    for (int length = 0; length < 7; length++) {
      assertCorrupt(Arrays.copyOf(whole, length), 0, "only " + length + " bytes");
    }
  }

  @Test
  void framesCutOffInTheirHeaderAreCorruptAtTheLength() {
    byte[] whole = frame(TYPICAL);
    for (int length = 7; length < 7 + TYPICAL.length(); length++) {
      assertCorrupt(Arrays.copyOf(whole, length), 3, "ends past");
    }
  }

  @Test
  void otherMagicAndVersionsAreCorrupt() {
    byte[] frame = frame(TYPICAL);
    frame[1] = 'L';
    assertCorrupt(frame, 0, "not a frame");
    for (int version : new int[] {0, 1, 2, 4, 255}) {
      byte[] other = frame(TYPICAL);
      other[2] = (byte) version;
      assertCorrupt(other, 2, "version " + version);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MAX_VALUE, Integer.MIN_VALUE, -1, 1000})
  void aLengthPastTheEndIsCorrupt(int length) {
    byte[] frame = frame(TYPICAL);
    ByteBuffer.wrap(frame).putInt(3, length);
    assertCorrupt(frame, 3, Integer.toUnsignedString(length) + " bytes ends past");
  }

  @Test
  void aHeaderOfTheLongestLengthIsReadAndOneByteMoreIsNot() {
    byte[] header = new byte[LONGEST];
    Arrays.fill(header, (byte) ' ');
    System.arraycopy(
        TYPICAL.getBytes(StandardCharsets.UTF_8), 0, header, LONGEST / 2, TYPICAL.length());
    Frame frame = parse(frame(header, new byte[] {9}));
    assertEquals("arrow", frame.header().format());
    assertEquals(7 + LONGEST, frame.payloadOffset());
    byte[] longer = Arrays.copyOf(header, LONGEST + 1);
    longer[LONGEST] = ' ';
    assertCorrupt(frame(longer, new byte[] {9}), 3, "longer than");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "[]", "null", "1", "\"s\"", "true", "[{\"m\":{}}]"})
  void aHeaderThatIsNoObjectIsCorrupt(String json) {
    assertCorrupt(frame(json), 7, "not a JSON object");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{",
        "{\"s\"",
        "{\"s\":",
        "{\"m\":{}",
        "{\"m\":{}}x",
        "{\"m\":{}}{}",
        "{'m':{}}",
        "{\"m\":{},}",
        "{\"m\":NaN}",
        "{\"m\":\"\u0001\"}",
        "{\"m\":\"\\x\"}",
        "\uFEFF{",
        "nul"
      })
  void aHeaderThatIsNotJsonIsCorruptWithinIt(String json) {
    byte[] frame = frame(json);
    CorruptEntryException error = assertThrows(CorruptEntryException.class, () -> parse(frame));
    assertTrue(error.getMessage().contains("not JSON"), error.getMessage());
    assertTrue(error.offset() >= 7 && error.offset() <= frame.length, error.getMessage());
  }

  @Test
  void aHeaderThatIsNotUtf8IsCorrupt() {
    byte[] header = "{\"m\":{\"format\":\"a\"}}".getBytes(StandardCharsets.UTF_8);
    for (int bad : new int[] {0x80, 0xc0, 0xe0, 0xf8, 0xff}) {
      byte[] damaged = header.clone();
      damaged[16] = (byte) bad;
      CorruptEntryException error =
          assertThrows(CorruptEntryException.class, () -> parse(frame(damaged, new byte[] {1})));
      assertTrue(error.offset() >= 7, error.getMessage());
    }
  }

  @Test
  void aFieldOfTheWrongTypeIsCorrupt() {
    String[][] cases = {
      {"{}", "metadata"},
      {"{\"m\":null}", "metadata"},
      {"{\"m\":[]}", "metadata"},
      {"{\"m\":\"{}\"}", "metadata"},
      {"{\"s\":1,\"m\":{}}", "serializer"},
      {"{\"s\":{},\"m\":{}}", "serializer"},
      {"{\"m\":{\"format\":1}}", "'format'"},
      {"{\"m\":{\"format\":[\"arrow\"]}}", "'format'"},
      {"{\"m\":{\"original_type\":false}}", "'original_type'"},
      {"{\"m\":{\"compressed\":\"true\"}}", "'compressed'"},
      {"{\"m\":{\"compressed\":1}}", "'compressed'"},
      {"{\"m\":{\"encrypted\":0}}", "'encrypted'"},
      {"{\"m\":{\"tenant_id\":5}}", "'tenant_id'"},
      {"{\"m\":{\"key_fingerprint\":{}}}", "'key_fingerprint'"},
    };
    for (String[] test : cases) {
      assertCorrupt(frame(test[0]), 7, test[1]);
    }
  }

  private static String nested(int depth) {
    // The object and "x" in it take two levels.
    return "{\"m\":{},\"x\":" + "[".repeat(depth - 1) + "]".repeat(depth - 1) + "}";
  }

  @Test
  void nestingIsReadToSixteenLevelsAndRefusedBeyond() {
    for (int depth : new int[] {2, 15, 16}) {
      assertFalse(parse(frame(nested(depth))).header().encrypted());
    }
    for (int depth : new int[] {17, 18, 100_000}) {
      CorruptEntryException error =
          assertThrows(CorruptEntryException.class, () -> parse(frame(nested(depth))));
      assertTrue(error.getMessage().contains("not JSON"), error.getMessage());
    }
  }

  @Test
  void longNumbersAndNamesAreNoWayToSpendTime() {
    String digits = "9".repeat(900_000);
    assertThrows(
        CorruptEntryException.class, () -> parse(frame("{\"m\":{},\"x\":" + digits + "}")));
    assertThrows(
        CorruptEntryException.class, () -> parse(frame("{\"m\":{},\"" + digits + "\":1}")));
  }

  @Test
  void errorsHoldNoExcerptOfTheHeader() {
    try {
      parse(frame("{\"m\":{\"format\":\"secret-value\" \"tenant_id\":\"hidden\"}}"));
      fail("not JSON");
    } catch (CorruptEntryException e) {
      assertFalse(e.getMessage().contains("secret-value"), e.getMessage());
      assertFalse(e.getMessage().contains("hidden"), e.getMessage());
      assertNull(e.entry());
    }
  }
}

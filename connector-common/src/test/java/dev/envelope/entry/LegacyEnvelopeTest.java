package dev.envelope.entry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.CorruptEntryException;
import dev.envelope.memory.Allocators;
import dev.envelope.memory.Region;
import dev.envelope.memory.Xxh3;
import dev.envelope.testing.Values;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A legacy envelope is read as Python reads it, base64 included, or refused without a trace. */
final class LegacyEnvelopeTest {
  private static final Path OTHER = Path.of("..", "integration-tests", "entries", "cache-other");
  private static final String WITH_CHECKSUM = "167906b3f8b69e0bd83f3c88e65ae841";
  private static final String BARE = "24144ecc5eec8112c4ed90debf22a205";
  private static final String METADATA =
      "{\"format\": \"arrow\", \"compressed\": true, \"original_type\": \"arrow\"}";

  private static final HexFormat HEX = HexFormat.of();

  private BufferAllocator source;
  private BufferAllocator allocator;

  @BeforeEach
  void open() {
    source = Allocators.child("stored", Long.MAX_VALUE);
    allocator = Allocators.child("decoded", Long.MAX_VALUE);
  }

  @AfterEach
  void nothingIsLeftWhetherItWorkedOrNot() {
    assertEquals(0, allocator.getAllocatedMemory());
    allocator.close();
    source.close();
  }

  private static byte[] bundled(String name) throws IOException {
    byte[] file = Files.readAllBytes(OTHER.resolve(name));
    return Arrays.copyOfRange(file, FileHeader.LENGTH, file.length);
  }

  /** Payloads are spelt in hexadecimal. */
  private record Decoded(FrameHeader header, String hex) {}

  private Decoded decode(byte[] value) {
    try (Region region = Values.region(source, value)) {
      LegacyEnvelope envelope = LegacyEnvelope.decode(region, allocator);
      try (Region payload = envelope.payload()) {
        byte[] bytes = new byte[(int) payload.size()];
        payload.read(0, ByteBuffer.wrap(bytes));
        return new Decoded(envelope.header(), HEX.formatHex(bytes));
      }
    }
  }

  private Decoded decode(String json) {
    return decode(json.getBytes(StandardCharsets.UTF_8));
  }

  private void assertCorrupt(String json, String reason) {
    CorruptEntryException error = assertThrows(CorruptEntryException.class, () -> decode(json));
    assertTrue(error.getMessage().contains(reason), error.getMessage());
    assertEquals(0, allocator.getAllocatedMemory());
  }

  private static String envelope(String base64) {
    return "{\"data\": \"" + base64 + "\", \"metadata\": " + METADATA + ", \"serializer\": \"a\"}";
  }

  @Test
  void theBundledOnesDecodeToArrowFiles() throws IOException {
    Decoded decoded = decode(bundled(WITH_CHECKSUM));
    assertEquals(
        new FrameHeader("arrow", "arrow", "arrow", true, false, null, null), decoded.header());
    byte[] payload = HEX.parseHex(decoded.hex());
    byte[] arrow = Arrays.copyOfRange(payload, 8, payload.length);
    assertEquals("ARROW1", new String(arrow, 0, 6, StandardCharsets.US_ASCII));
    assertEquals(ByteBuffer.wrap(payload).getLong(), Xxh3.hash(arrow));
    assertEquals(
        HEX.formatHex(arrow), decode(bundled(BARE)).hex(), "the same table without checksum");
  }

  @Test
  void aBundledOneCutOffAnywhereIsCorrupt() throws IOException {
    byte[] whole = bundled(BARE);
    for (int length = 0; length < whole.length; length += length < 64 ? 1 : 7) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThrows(CorruptEntryException.class, () -> decode(cut), "cut at " + length);
      assertEquals(0, allocator.getAllocatedMemory());
    }
    for (int length = whole.length - 200; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThrows(CorruptEntryException.class, () -> decode(cut), "cut at " + length);
    }
  }

  @Test
  void aSmallOneCutOffAtEveryByteIsCorrupt() {
    byte[] whole =
        ("{\"version\": \"2.0\", \"metadata\": "
                + METADATA
                + ", \"data\": \"YWJj\\n\", \"s\": [1]}")
            .getBytes(StandardCharsets.UTF_8);
    assertEquals("616263", decode(whole).hex());
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      CorruptEntryException error =
          assertThrows(CorruptEntryException.class, () -> decode(cut), "cut at " + length);
      assertTrue(error.offset() <= length, error.getMessage());
      assertEquals(0, allocator.getAllocatedMemory());
    }
  }

  @Test
  void theOrderOfTheMembersIsFree() {
    for (String json :
        new String[] {
          "{\"data\":\"YQ==\",\"metadata\":{\"format\":\"x\"},\"serializer\":\"s\",\"version\":\"2.0\"}",
          "{\"version\":\"2.0\",\"serializer\":\"s\",\"metadata\":{\"format\":\"x\"},\"data\":\"YQ==\"}",
          "  \n{\"serializer\":\"s\",\"data\":\"YQ==\",\"metadata\":{\"format\":\"x\"}}\n ",
        }) {
      Decoded decoded = decode(json);
      assertEquals("x", decoded.header().format());
      assertEquals("s", decoded.header().serializer());
      assertEquals("61", decoded.hex());
    }
  }

  @Test
  void whatIsNotNeededMayBeMissingOrMore() {
    Decoded decoded =
        decode("{\"data\":\"\",\"metadata\":{},\"extra\":{\"data\":[1,{\"data\":2}]},\"v\":null}");
    assertNull(decoded.header().serializer());
    assertEquals("", decoded.hex());
  }

  // The right-hand sides are what Python 3.11's base64.b64decode gives; "-" is its error.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "YQ==|61",
        "YWI=|6162",
        "YWJj|616263",
        "/+8=|ffef",
        "YR==|61",
        // Line ends, blanks and garbage.
        "YW\\nJj|616263",
        "YW\\r\\nJj\\n|616263",
        "Y W!J*j|616263",
        "YQ=\\n=|61",
        "Y\\u0000WJj|616263",
        // Padding: missing, early, alone, too much, and data after it.
        "YQ|-",
        "YQ=|-",
        "YWI|-",
        "YWI==|6162",
        "YQ===|61",
        "YWJj=|616263",
        "YWJj==|616263",
        "=YWJj|616263",
        "Y=WJj|616263",
        "Y==WJj|616263",
        "YW=Jj|616263",
        "YQ==YWJj|61",
        "YQ=a=|6106",
        "YQ=aYWJj|-",
        "YWJj====YWJj|616263616263",
        "YQ==!|61",
        "YQ==Y|61",
        // A group that cannot be.
        "Y|-",
        "YWJjZ|-",
        "YWJjZ===|-",
        // The alphabet for URLs is garbage to Python.
        "-_8=|-",
        "YW-Jj|616263",
        // Beyond ASCII, also after the end.
        "é|-",
        "YWJjé|-",
        "YQ==é|-",
        "YQ==\\u00e9|-",
        "🦆|-",
      })
  void base64IsReadAsPythonReadsIt(String text, String hex) {
    if (hex.equals("-")) {
      assertCorrupt(envelope(text), "base64");
    } else {
      assertEquals(hex, decode(envelope(text)).hex());
    }
  }

  @Test
  void longPayloadsComeOutWhole() {
    Random random = new Random(3);
    for (int length : new int[] {12_286, 12_287, 12_288, 12_289, 100_000, 1_000_001}) {
      byte[] payload = new byte[length];
      random.nextBytes(payload);
      String plain = Base64.getEncoder().encodeToString(payload);
      assertEquals(HEX.formatHex(payload), decode(envelope(plain)).hex());
      String lines = Base64.getMimeEncoder().encodeToString(payload).replace("\r\n", "\\n");
      assertEquals(HEX.formatHex(payload), decode(envelope(lines)).hex());
    }
  }

  @Test
  void membersOfTheWrongKindAreCorrupt() {
    assertCorrupt("{\"metadata\":{}}", "no 'data'");
    assertCorrupt("{}", "no 'data'");
    assertCorrupt("{\"data\":1,\"metadata\":{}}", "not a string");
    assertCorrupt("{\"data\":null,\"metadata\":{}}", "not a string");
    assertCorrupt("{\"data\":[\"YQ==\"],\"metadata\":{}}", "not a string");
    assertCorrupt("{\"data\":\"YQ==\",\"data\":\"YQ==\",\"metadata\":{}}", "twice");
    assertCorrupt("{\"data\":\"YQ==\",\"data\":1,\"metadata\":{}}", "twice");
    assertCorrupt("{\"data\":\"YQ==\"}", "metadata");
    assertCorrupt("{\"data\":\"YQ==\",\"metadata\":null}", "metadata");
    assertCorrupt("{\"data\":\"YQ==\",\"metadata\":\"{}\"}", "metadata");
    assertCorrupt("{\"data\":\"YQ==\",\"metadata\":{\"format\":1}}", "'format'");
    assertCorrupt("{\"data\":\"YQ==\",\"metadata\":{},\"serializer\":1}", "serializer");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "\"data\"",
        "{\"data\":\"YQ==\",\"metadata\":{}}x",
        "{\"data\":\"YQ==\",\"metadata\":{}}{}",
        "{\"data\":\"YQ==\",\"metadata\":{}},",
        "{\"data\":\"YQ==\" \"metadata\":{}}",
        "{\"data\":\"Y\\xQ==\",\"metadata\":{}}",
        "{\"data\":\"YQ==\",\"metadata\":{]}",
        "{data:\"YQ==\",\"metadata\":{}}",
      })
  void whatIsNoJsonObjectIsCorrupt(String json) {
    assertCorrupt(json, "legacy envelope");
  }

  @Test
  void nestingHasAnEnd() {
    String deep = "[".repeat(100_000);
    assertCorrupt("{\"data\":\"YQ==\",\"metadata\":" + deep, "not JSON");
    assertCorrupt("{\"data\":\"YQ==\",\"x\":" + deep, "not JSON");
  }

  @Test
  void bytesThatAreNotUtf8AreCorrupt() {
    byte[] value = envelope("YWJj").getBytes(StandardCharsets.UTF_8);
    for (int at : new int[] {1, 11, 20, value.length - 5}) {
      byte[] damaged = value.clone();
      damaged[at] = (byte) 0xff;
      assertThrows(CorruptEntryException.class, () -> decode(damaged));
      assertEquals(0, allocator.getAllocatedMemory());
    }
  }

  @Test
  void tooLittleMemoryLeavesNothingBehind() {
    byte[] value = envelope("YWJj".repeat(1000)).getBytes(StandardCharsets.UTF_8);
    try (BufferAllocator small = Allocators.child("small", 100);
        Region region = Values.region(source, value)) {
      assertThrows(OutOfMemoryException.class, () -> LegacyEnvelope.decode(region, small));
      assertEquals(0, small.getAllocatedMemory());
    }
  }

  @Test
  void thePayloadOutlivesTheStoredValue() {
    LegacyEnvelope envelope;
    try (Region region = Values.region(source, envelope("YWJj").getBytes(StandardCharsets.UTF_8))) {
      envelope = LegacyEnvelope.decode(region, allocator);
    }
    try (Region payload = envelope.payload();
        ArrowBuf bytes = payload.view(0, 3)) {
      assertEquals('c', bytes.getByte(2));
    }
  }
}

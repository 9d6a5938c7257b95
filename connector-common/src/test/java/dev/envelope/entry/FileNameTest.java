package dev.envelope.entry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Names agree with Python's hashlib.blake2b(key.encode(), digest_size=16).hexdigest(). */
final class FileNameTest {

  @Test
  void emptyKey() {
    assertEquals("cae66941d9efbd404e4d88758ea67670", FileName.of(""));
  }

  @Test
  void asciiKeys() {
    assertEquals("27c35e6e9373877f29e562464e46497e", FileName.of("a"));
    assertEquals("f296dfb5b1b1eb8c1669f2fcba57c8f6", FileName.of("func:app.load:args:00:1s"));
  }

  @Test
  void keysBeyondAsciiAndBeyondTheBasicPlane() {
    assertEquals("bfb47f8e5268b3bd53396a1bc16ec655", FileName.of("ключ-é-漢字-🙂"));
  }

  @Test
  void keysLongerThanOneBlock() {
    assertEquals("c2f093e41879e412280bfcc0ed6533e4", FileName.of("x".repeat(300)));
  }

  @Test
  void keysOfTheBundledVectors() throws IOException {
    Path file = Path.of("..", "integration-tests", "entries", "blake2b.json");
    int count = 0;
    for (JsonNode vector : new ObjectMapper().readTree(file.toFile()).get("vectors")) {
      assertEquals(vector.get("file").asText(), FileName.of(vector.get("key").asText()));
      count++;
    }
    assertEquals(12, count);
  }

  @Test
  void keysOfTheBundledEntries() throws IOException {
    Path file = Path.of("..", "integration-tests", "entries", "manifest.json");
    for (JsonNode entry : new ObjectMapper().readTree(file.toFile()).get("entries")) {
      assertEquals(entry.get("file").asText(), FileName.of(entry.get("key").asText()));
    }
  }
}

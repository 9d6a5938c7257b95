package dev.envelope.entry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.envelope.InvalidOptionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions are told by keys as cachekit forms them. */
class FunctionKeysTest {
  private static final String HASH = "0123456789abcdef".repeat(4);
  private static final String AFTER = ":args:" + HASH + ":1w";

  @Test
  void keysOfTheRealLibrary() throws Exception {
    Path manifest = Path.of("..", "integration-tests", "entries", "manifest.json");
    Map<FunctionName, Integer> found = new TreeMap<>();
    int others = 0;
    for (JsonNode entry :
        new ObjectMapper().readTree(Files.readAllBytes(manifest)).get("entries")) {
      Optional<FunctionName> function = KeyForm.functionOf(entry.get("key").asText());
      if (function.isPresent()) {
        found.merge(function.get(), 1, Integer::sum);
      } else {
        // Given by hand, or so long that cachekit hashed it.
        String name = entry.get("name").asText();
        assertTrue(entry.get("crafted").asBoolean() || name.matches("key_(custom|long)"), name);
        others++;
      }
    }
    assertEquals(1, found.remove(new FunctionName(null, "write_entries.table")));
    assertEquals(1, found.remove(new FunctionName("größe_東京", "write_entries.table")));
    assertEquals(1, found.remove(new FunctionName("shop", "shop.features")));
    assertEquals(1, found.remove(new FunctionName("shop", "shop.users")));
    assertTrue(found.remove(new FunctionName("entries", "write_entries.table")) > 60);
    assertTrue(found.remove(new FunctionName("entries", "write_entries.record")) >= 9);
    assertEquals(Map.of(), found);
    assertTrue(others >= 2);
  }

  @Test
  void aNamespaceMayLookLikeAFunction() {
    assertEquals(
        Optional.of(new FunctionName("a:func:b", "f")),
        KeyForm.functionOf("ns:a:func:b:func:f" + AFTER));
    assertEquals(
        Optional.of(new FunctionName("x\"*", "f._1")),
        KeyForm.functionOf("ns:x\"*:func:f._1" + AFTER));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "func:f",
        "func::args:0123:1w",
        "t:default:func:f:args:0:1w",
        "users:by_id:0123456789abcdef",
        "ns:a:f:args:x:1w",
        "ns::func:f:args:x:1w"
      })
  void noneOfOthers(String key) {
    assertEquals(Optional.empty(), KeyForm.functionOf(key));
    assertEquals(Optional.empty(), KeyForm.functionOf(key.replaceAll(":args:.*", AFTER)));
  }

  @Test
  void aTenantIsNotPartOfIt() {
    assertEquals(Optional.empty(), KeyForm.functionOf("t:default:func:f" + AFTER));
  }

  @Test
  void namesThatNoKeyHas() {
    assertTrue(KeyForm.canBe(new FunctionName("a_b", "m.f")));
    assertFalse(KeyForm.canBe(new FunctionName("a b", "m.f")));
    assertFalse(KeyForm.canBe(new FunctionName(" ", "f")));
    assertFalse(KeyForm.canBe(new FunctionName("", "f")));
    assertFalse(KeyForm.canBe(new FunctionName(null, "")));
    assertFalse(KeyForm.canBe(new FunctionName(null, "m..f")));
    assertFalse(KeyForm.canBe(new FunctionName(null, "m.<locals>.f")));
    assertFalse(KeyForm.canBe(new FunctionName(null, "f".repeat(201))));
  }

  /** What can be has a pattern, and what has none cannot be. */
  @Test
  void asLongAsAKeyHoldsIt() {
    for (int length = 1; length < 260; length++) {
      FunctionName function = new FunctionName("n".repeat(length), "f");
      if (KeyForm.canBe(function)) {
        assertTrue(KeyForm.glob(function.namespace(), function.name()).startsWith("ns:n"));
      } else {
        assertThrows(
            InvalidOptionException.class,
            () -> KeyForm.glob(function.namespace(), function.name()));
      }
    }
  }
}

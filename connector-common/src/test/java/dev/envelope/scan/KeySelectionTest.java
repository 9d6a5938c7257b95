package dev.envelope.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.InvalidOptionException;
import dev.envelope.entry.KeyGlob;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.testing.EntryWriter;
import dev.envelope.testing.RealRedis;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which keys belong to a table: what a real Redis says of globs, and what options say of keys. */
final class KeySelectionTest extends RealRedis {
  private static final Set<String> KEYS =
      Set.of(
          "a",
          "b",
          "ab",
          "abc",
          "a*c",
          "a?c",
          "a[b]c",
          "a\\c",
          "a^c",
          "a-c",
          "z",
          "é",
          "aéc",
          "key:1",
          "key:10",
          "key:x",
          "ns:shop:func:f",
          "line\nbreak",
          "]",
          "[",
          "-",
          "^",
          "A",
          "a]c");

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "",
        "a",
        "a*",
        "*c",
        "a*c",
        "a?c",
        "?",
        "??",
        "a\\*c",
        "a\\?c",
        "a\\[b\\]c",
        "a\\\\c",
        "[ab]",
        "[^ab]",
        "[a-z]",
        "[z-a]",
        "[^a-z]",
        "a[*]c",
        "a[?]c",
        "a[\\]]c",
        "a[\\^]c",
        "a[-]c",
        "a[^-]c",
        "a[^]c",
        "a[]c",
        "[",
        "[a",
        "[^",
        "[a-",
        "[a-c",
        "\\",
        "a\\",
        "key:[0-9]",
        "key:[0-9]*",
        "key:[^0-9]",
        "é",
        "a??c",
        "*\n*",
        "ns:*:func:*",
        "[]",
        "[^]",
        "**",
        "*a*b*",
        "[\\a]",
        "[a\\-z]",
        "a[a-]c",
        "[]-a]"
      })
  void aGlobMatchesWhatRedisMatches(String glob) {
    KEYS.forEach(key -> jedis.set(key, "value"));
    KeyGlob own = new KeyGlob(glob);
    Set<String> matched = new TreeSet<>();
    KEYS.stream().filter(own::matches).forEach(matched::add);
    assertEquals(new TreeSet<>(jedis.keys(glob)), matched, glob);
  }

  private static KeySelection selection(String... namesAndValues) {
    Map<String, String> options = new java.util.HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      options.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return KeySelection.of(EnvelopeOptions.parse(options));
  }

  @Test
  void keysPatternsAndFunctionsSelect() {
    KeySelection keys = selection("url", "redis://localhost", "keys", "a,b");
    assertTrue(keys.contains("a") && keys.contains("b"));
    assertFalse(keys.contains("c"));
    KeySelection pattern = selection("url", "redis://localhost", "keys-pattern", "a*");
    assertTrue(pattern.contains("abc"));
    assertFalse(pattern.contains("b"));
    KeySelection function =
        selection("url", "redis://localhost", "namespace", "shop", "function", "f");
    assertTrue(function.contains("ns:shop:func:f:args:" + "0123456789abcdef".repeat(4) + ":1w"));
    assertFalse(function.contains("ns:shop:func:g:args:" + "0123456789abcdef".repeat(4) + ":1w"));
    assertTrue(selection("path", directory.toString()).contains("anything"));
  }

  @Test
  void aSingleFileHasNoKeys() {
    Path file = new EntryWriter(directory).numbers("a", 0, 1);
    assertThrows(InvalidOptionException.class, () -> selection("path", file.toString()));
  }

  @Test
  void optionsForOneKeyKeepTheRest() {
    EnvelopeOptions options =
        EnvelopeOptions.parse(
            Map.of("url", "redis://localhost", "keys-pattern", "a*", "read-mode", "streaming"));
    EnvelopeOptions one = options.forKey("a, b");
    assertEquals(java.util.List.of("a, b"), one.readKeys().orElseThrow());
    assertTrue(one.keysPattern().isEmpty());
    assertEquals(options.readMode(), one.readMode());
    assertEquals(options.remote(), one.remote());
  }
}

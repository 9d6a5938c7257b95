package dev.envelope.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.InvalidOptionException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of the strings that a user gave. */
final class EnvelopeOptionsTest {

  private static Map<String, String> with(String... pairs) {
    Map<String, String> given = new LinkedHashMap<>();
    given.put("path", "/cache");
    for (int i = 0; i < pairs.length; i += 2) {
      given.put(pairs[i], pairs[i + 1]);
    }
    return given;
  }

  private static String refusal(Map<String, String> given) {
    return assertThrows(InvalidOptionException.class, () -> EnvelopeOptions.parse(given))
        .getMessage();
  }

  @Test
  void aPathIsEnough() {
    EnvelopeOptions options = EnvelopeOptions.parse(with());
    assertEquals(Optional.of(Path.of("/cache")), options.path());
    assertEquals("/cache", options.place());
    assertEquals(Optional.empty(), options.remote());
    assertEquals(Optional.empty(), options.keys());
    assertEquals(Optional.empty(), options.keyFile());
    assertEquals(Optional.empty(), options.readKeys());
    assertEquals(FileAccess.MAP, options.fileAccess());
    assertEquals(Integrity.VERIFY, options.integrity());
    assertFalse(options.mergeSchema());
    assertEquals(TimestampMode.MICROS, options.timestamps());
    assertEquals(OnError.FAIL, options.onMissing());
    assertEquals(OnError.FAIL, options.onCorrupt());
    assertEquals(128L << 20, options.splitSize());
    assertEquals(Long.MAX_VALUE, options.memoryLimit());
    assertEquals(Duration.ofSeconds(10), options.regionLinger());
    assertEquals(512L << 20, options.regionLingerSize());
  }

  @Test
  void everyOptionHasItsAccessor() {
    EnvelopeOptions options =
        EnvelopeOptions.parse(
            with(
                "keys", "a,b",
                "file-access", "read",
                "integrity", "skip",
                "merge-schema", "true",
                "timestamps", "nanos",
                "on-missing", "skip",
                "on-corrupt", "skip",
                "split-size", "1m",
                "memory-limit", "2g",
                "region-linger", "1min",
                "region-linger-size", "0"));
    assertEquals(Optional.of(List.of("a", "b")), options.keys());
    assertEquals(FileAccess.READ, options.fileAccess());
    assertEquals(Integrity.SKIP, options.integrity());
    assertTrue(options.mergeSchema());
    assertEquals(TimestampMode.NANOS, options.timestamps());
    assertEquals(OnError.SKIP, options.onMissing());
    assertEquals(OnError.SKIP, options.onCorrupt());
    assertEquals(1L << 20, options.splitSize());
    assertEquals(2L << 30, options.memoryLimit());
    assertEquals(Duration.ofMinutes(1), options.regionLinger());
    assertEquals(0, options.regionLingerSize());
  }

  @Test
  void oneKeyIsTakenAsItIs() {
    assertEquals(
        Optional.of(List.of(" [a,b ")), EnvelopeOptions.parse(with("key", " [a,b ")).readKeys());
  }

  @Test
  void namesAreTakenInAnyCase() {
    assertTrue(
        EnvelopeOptions.parse(Map.of("PATH", "/cache", "Merge-Schema", "true")).mergeSchema());
  }

  @Test
  void whatTheEngineAddsIsIgnoredUnlessItIsAnOption() {
    Map<String, String> given = with("Serialization.Format", "1", "merge-schema", "true");
    EnvelopeOptions options =
        EnvelopeOptions.parse(given, Set.of("serialization.format", "merge-schema", "header"));
    assertEquals(EnvelopeOptions.parse(with("merge-schema", "true")), options);
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        Arguments.of(
            Map.of(), "nothing says where the entries are; give option 'path' (the directory"),
        Arguments.of(with("mergeSchema", "true"), "'mergeSchema' (did you mean 'merge-schema'?)"),
        Arguments.of(with("merge.schema", "true"), "'merge.schema' (did you mean 'merge-schema'?)"),
        Arguments.of(
            with("onMising", "fail", "wobble", "1"),
            "there is no option 'onMising' (did you mean 'on-missing'?); there is no option"
                + " 'wobble'; the options are path, url, key, keys, key-file,"),
        Arguments.of(Map.of("paths", "[\"/a\",\"/b\"]"), "one read takes one directory"),
        Arguments.of(with("key", "a", "keys", "b"), "options 'key' and 'keys' cannot be given"),
        Arguments.of(
            with("key", "a", "keys", "b", "key-file", "/k"),
            "options 'key' and 'keys' and 'key-file' cannot be given together: each says which"
                + " entries to read; give one of them"),
        Arguments.of(with("keys", "b", "key-file", "/k"), "options 'keys' and 'key-file' cannot"),
        Arguments.of(with("Path", "/cache"), "is given twice, as 'Path' and as 'path'"),
        Arguments.of(
            with("split-size", "12q"),
            "option 'split-size': '12q' is not a size; give a whole number of bytes"),
        Arguments.of(with("split-size", "0"), "'0' is too small; give"),
        Arguments.of(with("memory-limit", "0"), "at least 1, or the word unlimited"),
        Arguments.of(with("region-linger", "10"), "'10' is not a duration; give a whole number"),
        Arguments.of(
            with("file-access", "mmap"),
            "option 'file-access': 'mmap' is not one of its values; give map or read"),
        Arguments.of(with("on-corrupt", ""), "option 'on-corrupt': '' is not one of its values"),
        Arguments.of(with("key", " "), "option 'key': ' ' is blank"),
        Arguments.of(
            with("path", "redis://me:pass/w@rd@host/0"), "'redis://***@host/0' has the scheme"),
        Arguments.of(with("split-size", "9".repeat(1000)), "9…' is too large"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void aRefusalSaysWhatToGive(Map<String, String> given, String part) {
    String message = refusal(given);
    assertTrue(message.contains(part), message);
  }

  @Test
  void anOptionWithoutAValueIsRefused() {
    Map<String, String> given = new HashMap<>(with());
    given.put("keys", null);
    assertTrue(refusal(given).startsWith("option 'keys' has no value; give a JSON array"));
  }

  @Test
  void equalityIsByMeaning() {
    EnvelopeOptions spelled = EnvelopeOptions.parse(with("split-size", "131072k", "keys", "a, b"));
    EnvelopeOptions defaulted = EnvelopeOptions.parse(with("KEYS", "[\"a\",\"b\"]"));
    assertEquals(defaulted, spelled);
    assertEquals(defaulted.hashCode(), spelled.hashCode());
    assertNotEquals(defaulted, EnvelopeOptions.parse(with("keys", "b,a")));
  }

  @Test
  void travelsWithEveryValue() throws Exception {
    EnvelopeOptions options =
        EnvelopeOptions.parse(
            Map.of(
                "path", "file:///a%20b/100%25",
                "keys", "[\" a,\\n\",\"b\"]",
                "region-linger", "PT0.0000005S",
                "memory-limit", "unlimited",
                "on-missing", "SKIP"));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(options);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      EnvelopeOptions arrived = (EnvelopeOptions) in.readObject();
      assertEquals(options, arrived);
      assertEquals(options.toString(), arrived.toString());
      assertEquals(Optional.of(Path.of("/a b/100%")), arrived.path());
    }
  }

  @Test
  void showsWhatWasGiven() {
    assertEquals(
        "EnvelopeOptions{path=/cache, keys=[\"a\",\"b\"], split-size=1m}",
        EnvelopeOptions.parse(with("split-size", "1024k", "keys", "a,b")).toString());
  }

  @Test
  void keyFilesHoldAKeyPerLine(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("keys.txt");
    Files.writeString(file, "\uFEFFa,b\r\n\n  ü \n#c\na,b\n");
    EnvelopeOptions options = EnvelopeOptions.parse(with("key-file", file.toUri().toString()));
    assertEquals(Optional.of(file), options.keyFile());
    assertEquals(Optional.empty(), options.keys());
    assertEquals(Optional.of(List.of("a,b", "ü", "#c")), options.readKeys());
  }

  @Test
  void badKeyFilesAreRefused(@TempDir Path directory) throws Exception {
    Path empty = Files.writeString(directory.resolve("empty"), " \n\n");
    Path latin = Files.write(directory.resolve("latin"), "ü".getBytes(StandardCharsets.ISO_8859_1));
    Map<Path, String> problems =
        Map.of(
            empty,
            "names no key",
            latin,
            "is not UTF-8 text",
            directory,
            "is not a regular file",
            directory.resolve("none"),
            "does not exist");
    problems.forEach(
        (file, problem) -> {
          EnvelopeOptions options = EnvelopeOptions.parse(with("key-file", file.toString()));
          String message =
              assertThrows(InvalidOptionException.class, options::readKeys).getMessage();
          assertTrue(
              message.startsWith("option 'key-file': '" + file + "' " + problem + "; give"),
              message);
        });
  }
}

package dev.envelope.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which texts each type takes, what they mean, and that values survive being written. */
final class OptionTypeTest {

  /** Parses, and checks on the way that the value comes back from its own text. */
  private static <T> T parse(OptionType<T> type, String text) throws BadValueException {
    T value = type.parse(text);
    assertEquals(value, type.parse(type.format(value)), () -> "through " + type.format(value));
    return value;
  }

  private static void assertRefused(OptionType<?> type, String text, String problem) {
    String message =
        assertThrows(BadValueException.class, () -> type.parse(text), text).getMessage();
    assertTrue(message.contains(problem), message);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "1, 1, 1",
    "1023, 1023, 1023",
    "1048576, 1048576, 1m",
    "1025k, 1049600, 1025k",
    "64m, 67108864, 64m",
    "64 MB, 67108864, 64m",
    "64mib, 67108864, 64m",
    "' 2G ', 2147483648, 2g",
    "1t, 1099511627776, 1t",
    "3p, 3377699720527872, 3p",
    "4096p, 4611686018427387904, 4096p",
    "12b, 12, 12",
    "9223372036854775807, 9223372036854775807, 9223372036854775807",
  })
  void sizesAreBytesInPowersOf1024(String text, long bytes, String shortest) throws Exception {
    ByteSizeType type = new ByteSizeType(0, false);
    assertEquals(bytes, parse(type, text));
    assertEquals(shortest, type.format(bytes));
  }

  @ParameterizedTest
  @CsvSource({
    "'', is not a size",
    "m, is not a size",
    "1.5g, is not a size",
    "-1, is not a size",
    "12q, is not a size",
    "1 2, is not a size",
    "0x10, is not a size",
    "unlimited, is not a size",
    "9223372036854775808, is too large",
    "8192p, is too large",
  })
  void otherSizesAreRefused(String text, String problem) {
    assertRefused(new ByteSizeType(0, false), text, problem);
  }

  @Test
  void aSizeMayHaveALeastValueAndNoMost() throws Exception {
    ByteSizeType type = new ByteSizeType(1, true);
    assertRefused(type, "0", "is too small");
    assertEquals(1, parse(type, "1"));
    assertEquals(Long.MAX_VALUE, parse(type, "Unlimited"));
    assertEquals("unlimited", type.format(Long.MAX_VALUE));
  }

  @ParameterizedTest
  @CsvSource({
    "0, PT0S, 0s",
    "0s, PT0S, 0s",
    "500ms, PT0.5S, 500ms",
    "10s, PT10S, 10s",
    "10 s, PT10S, 10s",
    "90S, PT1M30S, 90s",
    "120s, PT2M, 2min",
    "5m, PT5M, 5min",
    "5min, PT5M, 5min",
    "2h, PT2H, 2h",
    "48h, PT48H, 2d",
    "1d, PT24H, 1d",
    "PT10S, PT10S, 10s",
    "pt0.25s, PT0.25S, 250ms",
    "P1D, PT24H, 1d",
    "PT0.0000005S, PT0.0000005S, PT0.0000005S",
  })
  void durationsHaveUnits(String text, Duration duration, String shortest) throws Exception {
    DurationType type = new DurationType();
    assertEquals(duration, parse(type, text));
    assertEquals(shortest, type.format(duration));
  }

  @ParameterizedTest
  @CsvSource({
    "'', is not a duration",
    "10, is not a duration",
    "10 parsecs, is not a duration",
    "-1s, is not a duration",
    "1.5s, is not a duration",
    "PT-1S, is negative",
    "106752d, is too long",
    "99999999999999999999s, is too long",
    "9223372036854775807d, is too long",
  })
  void otherDurationsAreRefused(String text, String problem) {
    assertRefused(new DurationType(), text, problem);
  }

  static Stream<Arguments> pathForms() {
    return Stream.of(
        Arguments.of("/var/cache", "/var/cache"),
        Arguments.of("/var/a b/c%20d", "/var/a b/c%20d"),
        Arguments.of("/var/redis://x", "/var/redis:/x"),
        Arguments.of("./a:b", Path.of("").toAbsolutePath() + "/./a:b"),
        Arguments.of("cache", Path.of("").toAbsolutePath() + "/cache"),
        // As Hadoop prints paths and Spark stores them: no escapes.
        Arguments.of("file:/var/cache", "/var/cache"),
        Arguments.of("file:/var/a b", "/var/a b"),
        Arguments.of("file:/var/c%20d%", "/var/c%20d%"),
        // As Python and Java write URIs: escapes.
        Arguments.of("file:///var/cache", "/var/cache"),
        Arguments.of("FILE:///var/cache", "/var/cache"),
        Arguments.of("file://localhost/var/cache", "/var/cache"),
        Arguments.of("file:///var/a%20b+c", "/var/a b+c"),
        Arguments.of("file:///var/a b", "/var/a b"),
        Arguments.of("file:///var/%C3%BC/ü/100%25", "/var/ü/ü/100%"));
  }

  @ParameterizedTest
  @MethodSource("pathForms")
  void pathsArePlainOrFileUris(String text, String path) throws Exception {
    assertEquals(Path.of(path), parse(new LocalPathType("directory"), text));
  }

  @ParameterizedTest
  @CsvSource({
    "' ', is blank",
    "hdfs://host/x, another file system",
    "s3a:bucket, another file system",
    "redis://localhost, another file system",
    "file:cache, no absolute path",
    "file://, has no path",
    "file://server/share, names a host",
    "file:///a%, starts no escape",
    "file:///a%2, starts no escape",
    "file:///a%zz, starts no escape",
    "file:///a%ff, not UTF-8",
    "file:///a%00, not a path",
  })
  void otherPathsAreRefused(String text, String problem) {
    assertRefused(new LocalPathType("directory"), text, problem);
  }

  static Stream<Arguments> keyLists() {
    return Stream.of(
        Arguments.of("a", List.of("a")),
        Arguments.of("a,b", List.of("a", "b")),
        Arguments.of(" a , b ,, ", List.of("a", "b")),
        Arguments.of("b,a,b", List.of("b", "a")),
        Arguments.of("a,b\nc", List.of("a,b", "c")),
        Arguments.of("\n  a\r\n\n  b\n", List.of("a", "b")),
        Arguments.of("\n a,b \n", List.of("a", "b")),
        Arguments.of("[\"a\"]", List.of("a")),
        Arguments.of(" [ \"a,b\" , \" c\\n\", \"[d]\" ] ", List.of("a,b", " c\n", "[d]")),
        Arguments.of("[\"ü\\u00fc\",\"x\",\"x\"]", List.of("üü", "x")));
  }

  @ParameterizedTest
  @MethodSource("keyLists")
  void keysAreJsonOrLinesOrBetweenCommas(String text, List<String> keys) throws Exception {
    assertEquals(keys, parse(new KeyListType(), text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "''; names no key",
        "' , ,'; names no key",
        "[]; names no key",
        "[\"a\", \" \"]; holds a blank key",
        "[\"a\"; not valid JSON",
        "[\"a\" \"b\"]; not valid JSON",
        "[a, b]; not valid JSON",
        "[1]; not one array of strings",
        "[null]; not one array of strings",
        "[[\"a\"]]; not one array of strings",
        "[\"a\"] [\"b\"]; not one array of strings",
        "[\"a\"] b; not valid JSON",
      })
  void otherKeyListsAreRefused(String text, String problem) {
    assertRefused(new KeyListType(), text, problem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"map", "MAP", " Map "})
  void choicesAreTakenInAnyCase(String text) throws Exception {
    assertEquals(FileAccess.MAP, parse(ChoiceType.of(FileAccess.class), text));
  }

  @Test
  void choicesAreListed() throws Exception {
    assertEquals(List.of("map", "read"), ChoiceType.of(FileAccess.class).choices());
    assertEquals("`map` or `read`", ChoiceType.of(FileAccess.class).label());
    assertRefused(ChoiceType.of(FileAccess.class), "mmap", "not one of its values");
    assertTrue(parse(ChoiceType.ofBoolean(), "True"));
    assertFalse(parse(ChoiceType.ofBoolean(), "false"));
    assertRefused(ChoiceType.ofBoolean(), "yes", "not one of its values");
  }

  @Test
  void textIsTakenAsItIs() throws Exception {
    assertEquals(" a,b ", parse(new TextType("text"), " a,b "));
    assertRefused(new TextType("text"), " \n", "is blank");
  }
}

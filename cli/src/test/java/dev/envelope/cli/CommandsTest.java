package dev.envelope.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.memory.Allocators;
import dev.envelope.scan.EntryPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands on the bundled entries of a file cache. */
final class CommandsTest {
  /** The entry "ints" of the manifest. */
  private static final String INTS = "92f511390a07bf13dae9db2639b6d32a";

  /** What its file is named by. */
  private static final String INTS_KEY =
      "ns:entries:func:write_entries.table:args:83512792606abb3d6fb";

  @TempDir private Path directory;

  @AfterEach
  void nothingIsLeft() {
    EntryPool.ofThisJvm().clear();
    assertEquals(0, Allocators.root().getAllocatedMemory());
  }

  private Path copyOfInts() throws IOException {
    return Files.copy(Path.of(Run.CACHE, INTS), directory.resolve(INTS));
  }

  @Test
  void lsNamesEveryEntry() {
    Run ls = Run.here("ls", Run.CACHE);
    assertEquals(0, ls.code(), ls.errors());
    List<String> lines = ls.output().lines().toList();
    assertEquals(65, lines.size());
    assertTrue(lines.get(0).matches("KEY +SIZE +EXPIRES +SERIALIZER +FORMAT +STATE"), lines.get(0));
    assertTrue(
        lines.contains(INTS + "  4.4 KiB  never    arrow            arrow   ok"), ls.output());
    Run deep = Run.here("ls", "-l", "--from", Run.CACHE);
    assertTrue(
        deep.output().contains(INTS + "  4.4 KiB  never    arrow            arrow   Arrow       7"),
        deep.output());
  }

  @Test
  void showSaysAllThatIsKnown() throws IOException {
    Run show = Run.here("show", INTS, "--from", Run.CACHE);
    assertEquals(0, show.code(), show.errors());
    for (String line :
        List.of(
            "size        4488 bytes (4.4 KiB)",
            "serializer  arrow",
            "compressed  yes",
            "kind        Arrow",
            "rows        7",
            "state       sound: read to the end, checksum (where there is one) compared",
            "uint64  Int(64, false)  none")) {
      assertTrue(show.output().lines().anyMatch(line::equals), show.output());
    }
    Path file = copyOfInts();
    byte[] bytes = Files.readAllBytes(file);
    bytes[3000] ^= 1;
    Files.write(file, bytes);
    Run broken = Run.here("show", file.toString());
    assertEquals(1, broken.code());
    assertTrue(
        broken.output().contains("state       unreadable: corrupt entry '" + INTS),
        broken.output());
  }

  @Test
  void headCutsRowsAndLongValues() {
    Run head = Run.here("head", INTS, "--from", Run.CACHE, "-n", "2");
    assertEquals(
        """
        int8  uint8  int16   uint16  int32        uint32  int64                 uint64
        -128  0      -32768  0       -2147483648  0       -9223372036854775808  0
        -127  1      -32767  1       -2147483647  1       -9223372036854775807  1
        """,
        head.output());
    assertEquals(
        1, Run.here("head", INTS, "--from", Run.CACHE, "-n", "0").output().lines().count());
    assertEquals(
        8, Run.here("head", INTS, "--from", Run.CACHE, "-n", "99").output().lines().count());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // ints, its last row
        "92f511390a07bf13dae9db2639b6d32a | 6 | {\"int8\":127,\"uint8\":255,\"int16\":32767,"
            + "\"uint16\":65535,\"int32\":2147483647,\"uint32\":4294967295,"
            + "\"int64\":9223372036854775807,\"uint64\":18446744073709551615}",
        // maps, its first row
        "7a15fedc48c8a19d2b95fe49812160ed | 0 | {\"to_int\":{\"a\":1,\"b\":null},"
            + "\"from_int\":[{\"key\":1,\"value\":\"x\"}],"
            + "\"to_struct\":{\"k\":{\"street\":\"M\",\"number\":1}}}",
        // timestamps, before 1970
        "9c0f9fb531399fb4ba88fccde07fdab0 | 1 | {\"s\":\"1969-12-31T23:59:59\","
            + "\"ms\":\"1969-12-31T23:59:59.001\",\"us\":\"1969-12-31T23:59:59.000001\","
            + "\"ns\":\"1969-12-31T23:59:59.000000001\"}",
      })
  void jsonHoldsTheValues(String file, int row, String expected) {
    Run cat = Run.here("cat", file, "--from", Run.CACHE, "--format", "json");
    assertEquals(0, cat.code(), cat.errors());
    assertEquals(expected, cat.output().lines().toList().get(row));
  }

  @Test
  void csvIsQuotedWhereItMustBe() {
    Run cat = Run.here("cat", "7a15fedc48c8a19d2b95fe49812160ed", "--from", Run.CACHE);
    assertTrue(
        cat.output()
            .startsWith(
                "to_int,from_int,to_struct\r\n"
                    + "\"{\"\"a\"\":1,\"\"b\"\":null}\",\"[{\"\"key\"\":1,\"\"value\"\":\"\"x\"\"}]\","
                    + "\"{\"\"k\"\":{\"\"street\"\":\"\"M\"\",\"\"number\"\":1}}\"\r\n"
                    + "{},"),
        cat.output());
    assertTrue(cat.output().contains("\r\n,,\r\n"), "a row of nulls");
  }

  @Test
  void verifyReadsEverything() throws IOException {
    Run verify = Run.here("verify", Run.CACHE);
    assertEquals(1, verify.code());
    List<String> lines = verify.output().lines().toList();
    assertEquals(2, lines.size(), verify.output());
    assertTrue(lines.get(0).contains("column 'd32_9_3' of type Decimal(9, 3, 32)"));
    assertEquals("64 entries, 522 KiB: 63 sound, 1 not", lines.get(1));
    assertEquals("", verify.errors());
    copyOfInts();
    assertEquals(
        new Run(0, "1 entries, 4.4 KiB: 1 sound, 0 not\n", ""),
        Run.here("verify", directory.toString()));
  }

  @Test
  void aKeyIsFoundByItsName() throws IOException {
    String key = key("ints");
    assertTrue(key.startsWith(INTS_KEY));
    Run byKey = Run.here("head", key, "--from", Run.CACHE);
    assertEquals(0, byKey.code(), byKey.errors());
    assertEquals(Run.here("head", INTS, "--from", Run.CACHE).output(), byKey.output());
    Run byFile = Run.here("head", Path.of(Run.CACHE, INTS).toString());
    assertEquals(byKey, byFile);
  }

  private static String key(String name) throws IOException {
    String manifest = Files.readString(Run.ENTRIES.resolve("manifest.json"));
    String entry = manifest.substring(manifest.indexOf("\"name\": \"" + name + "\""));
    int key = entry.indexOf("\"key\": \"") + 8;
    return entry.substring(key, entry.indexOf('"', key));
  }

  @Test
  void nothingInAnEntryMovesTheCursor() {
    assertEquals("a\\nb\\t\\u001b[2J\\u202ec", TextTable.printable("a\nb\t\u001b[2J\u202ec"));
  }

  @Test
  void wrongArgumentsAreNamed() {
    for (Map.Entry<List<String>, String> wrong :
        Map.of(
                List.of("frob"), "Unmatched argument at index 0: 'frob'",
                List.of("show"), "Missing required parameter: 'KEY'",
                List.of("cat", "k", "--format", "xml"), "expected one of [CSV, JSON, ARROW]",
                List.of("ls", Run.CACHE, "-o", "wobble=1"), "there is no option 'wobble'",
                List.of("ls", Run.CACHE, "--pattern", "*"), "'keys-pattern' is for a Redis",
                List.of("ls", Run.CACHE, "--from", "x"), "the place is given twice",
                List.of("ls", Run.CACHE, "--options-file", "/nowhere"), "cannot be read; give",
                List.of("head", "k", "--from", Run.CACHE, "-n", "-1"), "-n is negative")
            .entrySet()) {
      Run run = Run.here(wrong.getKey().toArray(String[]::new));
      assertEquals(2, run.code(), run.errors());
      assertTrue(run.errors().contains(wrong.getValue()), run.errors());
      assertEquals("", run.output());
    }
  }

  @Test
  void secretsAreNoArguments() {
    for (String[] arguments :
        new String[][] {
          {"ls", "redis://me:hunter2@h"},
          {"ls", "redis://h?password=hunter2"},
          {"ls", "redis://h", "-o", "redis-password=hunter2"},
          {"ls", "-o", "url=redis://:hunter2@h"},
          {"show", "k", "--from", "https://h", "-o", "API-KEY-SECRET=hunter2"},
        }) {
      Run run = Run.here(arguments);
      assertEquals(2, run.code());
      assertTrue(run.errors().contains("never taken as an argument"), run.errors());
      assertFalse(run.errors().contains("hunter2"), run.errors());
    }
  }

  @Test
  void whatIsNotThereIsMissing() {
    Run run = Run.here("cat", "nothing", "--from", Run.CACHE);
    assertEquals(3, run.code());
    assertTrue(run.errors().startsWith("envelope: there is no entry 'nothing'"), run.errors());
    assertEquals(4, Run.here("ls", directory.resolve("gone").toString()).code());
  }
}

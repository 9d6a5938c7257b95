package dev.envelope.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.envelope.AuthenticationException;
import dev.envelope.CorruptEntryException;
import dev.envelope.EnvelopeException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.testing.EntryFile;
import dev.envelope.testing.KindCell;
import dev.envelope.testing.Probe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every kind of entry under every setting, as the oldest and the newest library write it, is read
 * from a file cache and from a Redis, and is what Python reads. docs/conformance.md is the table of
 * it; {@code -Denvelope.docs.write=true} writes the page.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ConformanceTest {
  private static final Path PAGE = Path.of("..", "..", "docs", "conformance.md");

  @RegisterExtension static final OneServer REDIS = new OneServer();

  @TempDir static Path directory;

  /** What came of every cell; empty for what is right. */
  private final Map<String, String> problems = new TreeMap<>();

  private final List<KindCell> cells = KindCell.all();

  @BeforeAll
  void readAll() {
    for (KindCell cell : cells) {
      if (!cell.isWritten()) {
        problems.put(cell.name(), "");
        continue;
      }
      EntryFile entry = cell.entry();
      entry.writeTo(directory);
      REDIS.set(entry.key(), entry.value());
      Map<String, String> file = new TreeMap<>(Probe.options(directory, entry, "read"));
      file.putAll(cell.options());
      Map<String, String> mapped = new TreeMap<>(Probe.options(directory, entry, "map"));
      mapped.putAll(cell.options());
      Map<String, String> redis =
          new TreeMap<>(RedisScan.of(REDIS.proxy().url(), entry.key()).options());
      redis.putAll(cell.options());
      StringBuilder problem = new StringBuilder();
      problem.append(problem("file", cell, file));
      problem.append(problem("mapped file", cell, mapped));
      problem.append(problem("Redis", cell, redis));
      problems.put(cell.name(), problem.toString());
    }
  }

  private static String problem(String store, KindCell cell, Map<String, String> options) {
    String problem;
    try {
      var rows = Probe.spell(options);
      problem = cell.hasRows() ? rows.differenceFrom(cell.rows()) : "rows where none are expected";
    } catch (UnsupportedEntryException e) {
      problem = cell.hasRows() ? e.toString() : "";
    } catch (EnvelopeException e) {
      // No entry that the library wrote is corrupt, but for the one that it cannot read itself.
      boolean expected = cell.unreadable() && e instanceof CorruptEntryException;
      problem = expected ? "" : e.toString();
    } catch (RuntimeException | AssertionError e) {
      problem = "not a typed error: " + e;
    }
    return problem.isEmpty() ? "" : "\n  " + store + ": " + problem;
  }

  @Test
  void everyEntryIsWhatPythonReads() {
    List<String> wrong = new ArrayList<>();
    problems.forEach(
        (name, problem) -> {
          if (!problem.isEmpty()) {
            wrong.add(name + ":" + problem);
          }
        });
    assertEquals(
        "",
        String.join("\n", wrong),
        wrong.size() + " of " + problems.size() + " entries are not read as they should");
  }

  @Test
  void encryptedEntriesNeedTheirKey() {
    List<String> wrong = new ArrayList<>();
    for (KindCell cell : cells) {
      if (!cell.isWritten() || !cell.encrypted()) {
        continue;
      }
      EntryFile entry = cell.entry();
      entry.writeTo(directory);
      Map<String, String> options = new TreeMap<>(Probe.options(directory, entry, "read"));
      options.putAll(cell.options());
      options.put("master-key-secret", "63".repeat(32));
      try {
        wrong.add(cell + ": rows " + Probe.spell(options));
      } catch (AuthenticationException e) {
        if (!e.getMessage().contains("'" + entry.key() + "'")
            || e.getMessage().contains("63".repeat(32))) {
          wrong.add(cell + ": " + e);
        }
      } catch (EnvelopeException e) {
        wrong.add(cell + ": " + e);
      }
    }
    assertEquals("", String.join("\n", wrong));
  }

  @Test
  void thePageIsTheOneThatTheEntriesGive() throws IOException {
    String rendered = ConformancePage.render(cells, problems);
    if (Boolean.getBoolean("envelope.docs.write")) {
      Files.writeString(PAGE, rendered);
    }
    assertEquals(
        rendered,
        Files.exists(PAGE) ? Files.readString(PAGE) : "(no file)",
        "docs/conformance.md is out of date; write it anew with: mvn -pl"
            + " integration-tests/redis-suites -am test -Dtest=ConformanceTest"
            + " -Dsurefire.failIfNoSpecifiedTests=false -Denvelope.docs.write=true");
  }
}

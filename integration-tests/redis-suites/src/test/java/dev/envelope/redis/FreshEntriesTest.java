package dev.envelope.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.EnvelopeException;
import dev.envelope.testing.KindCell;
import dev.envelope.testing.Probe;
import dev.envelope.testing.SpeltRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Entries that Python writes into this very Redis, by the oldest and the newest library, through
 * the decorator's default provider and through an explicit backend, are read back as rows.
 */
@Timeout(600)
final class FreshEntriesTest {
  private static final Path SCRIPT =
      Path.of(System.getProperty("envelope.entries", "../entries"), "write-entries");

  /** The packages could not be installed. */
  private static final int NOT_INSTALLED = 75;

  private static final String PREFIX = "t:default:";

  @RegisterExtension static final OneServer REDIS = new OneServer();

  @TempDir Path directory;

  @Test
  void whatPythonWritesIsRead() throws IOException, InterruptedException {
    String url = "redis://127.0.0.1:" + REDIS.server().port();
    write(url);
    List<String> wrong = new ArrayList<>();
    int secrets = 0;
    for (String library : List.of("newest", "oldest")) {
      List<KindCell> cells = KindCell.of(Files.readAllBytes(directory.resolve(library + ".json")));
      assertEquals(20, cells.size());
      for (KindCell cell : cells) {
        secrets += cell.encrypted() ? 1 : 0;
        RedisScan whole = RedisScan.of(url, cell.key());
        wrong.addAll(problem(cell, whole));
        if (cell.key().startsWith(PREFIX)) {
          String key = cell.key().substring(PREFIX.length());
          wrong.addAll(problem(cell, RedisScan.of(url, key).with("tenant", "default")));
        }
      }
    }
    assertEquals("", String.join("\n", wrong));
    assertTrue(secrets >= 12, secrets + " encrypted entries");
  }

  private static List<String> problem(KindCell cell, RedisScan scan) {
    Map<String, String> options = new TreeMap<>(scan.options());
    options.putAll(cell.options());
    try {
      SpeltRows rows = Probe.spell(options);
      String difference = rows.differenceFrom(cell.rows());
      return difference.isEmpty() ? List.of() : List.of(cell + ": " + difference);
    } catch (EnvelopeException e) {
      return List.of(cell + ": " + e);
    }
  }

  private void write(String url) throws IOException, InterruptedException {
    Path log = directory.resolve("write-entries.log");
    Process process =
        new ProcessBuilder(SCRIPT.toString(), "--redis", url, directory.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    boolean ended = process.waitFor(9, TimeUnit.MINUTES);
    if (!ended) {
      process.destroyForcibly().waitFor();
    }
    String words = Files.readString(log);
    if (ended && process.exitValue() == NOT_INSTALLED) {
      String line = words.lines().filter(l -> l.startsWith("SKIPPED")).findFirst().orElse(words);
      System.out.println(line);
      Assumptions.abort(line);
    }
    assertTrue(ended && process.exitValue() == 0, words);
  }
}

package dev.envelope.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.envelope.testing.EntryFile;
import dev.envelope.testing.Probe;
import dev.envelope.testing.redis.MemcachedServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Entries that cachekit's own client spread over several Memcached servers are found on the servers
 * where it put them.
 */
final class PymemcacheTest {
  private static final String PREFIX = "app:";

  /** What the script ends with where PyPI cannot be reached. */
  private static final int NOT_INSTALLED = 75;

  /** As many entries, of as many rows, as the script writes. */
  private static final int ENTRIES = 60;

  private static final long ROWS = 1000;

  private static List<String> write(List<MemcachedServer> servers)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(EntryFile.BUNDLED.resolve("write-memcached").toAbsolutePath().toString());
    command.add(PREFIX);
    servers.forEach(server -> command.add(server.address()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    process.getOutputStream().close();
    String keys = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IllegalStateException("write-memcached does not end");
    }
    Assumptions.assumeFalse(process.exitValue() == NOT_INSTALLED, "PyPI cannot be reached");
    assertEquals(0, process.exitValue());
    return keys.lines().toList();
  }

  private static Probe.Rows read(String url, List<String> keys) {
    Map<String, String> options = new TreeMap<>();
    options.put("url", url);
    options.put("keys", String.join("\n", keys));
    options.put("memcached-key-prefix", PREFIX);
    options.put("on-missing", "skip");
    return Probe.read(options, field -> true);
  }

  @Test
  void everyEntryIsWherePymemcachePutIt() throws Exception {
    try (MemcachedServer first = MemcachedServer.start();
        MemcachedServer second = MemcachedServer.start();
        MemcachedServer third = MemcachedServer.start()) {
      List<String> keys = write(List.of(first, second, third));
      assertEquals(ENTRIES, keys.size());
      // In another order: it does not count.
      String url = third.url() + "," + first.address() + "," + second.address();
      Probe.Rows all = read(url, keys);
      assertEquals(ENTRIES * ROWS, all.rows());
      assertEquals(0, all.skipped());
      // Each server has a share, so that the right one must have been asked.
      for (MemcachedServer one : List.of(first, second, third)) {
        Probe.Rows share = read(one.url(), keys);
        assertNotEquals(0, share.rows());
        assertNotEquals(ENTRIES * ROWS, share.rows());
      }
    }
  }
}

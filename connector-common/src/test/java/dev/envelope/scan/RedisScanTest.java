package dev.envelope.scan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.MissingEntryException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.entry.FileHeader;
import dev.envelope.memory.Allocators;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.testing.EntryWriter;
import dev.envelope.testing.RealRedis;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From options to rows, with entries in a real Redis. */
final class RedisScanTest extends RealRedis {
  @TempDir private Path directory;

  @AfterEach
  void nothingIsLeft() {
    assertEquals(0, Allocators.root().getAllocatedMemory());
  }

  private ScanPlan plan(String... namesAndValues) {
    Map<String, String> given = new HashMap<>();
    given.put("url", server.url());
    given.put("region-linger", "0s");
    for (int i = 0; i < namesAndValues.length; i += 2) {
      given.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return ScanPlanner.plan(EnvelopeOptions.parse(given));
  }

  private void write(String key, long first, int... rows) throws IOException {
    byte[] file = Files.readAllBytes(new EntryWriter(directory).numbers(key, first, rows));
    jedis.set(key.getBytes(UTF_8), Arrays.copyOfRange(file, FileHeader.LENGTH, file.length));
  }

  private static List<Long> rows(ScanPlan plan) {
    return Scans.numbers(Scans.task(plan, "n"), new ScanMetrics());
  }

  @Test
  void aHeaderThatIsLongerThanTheFirstLookIsRead() throws IOException {
    for (int padding : new int[] {3_900, 4_100, 100_000, 1_000_000}) {
      byte[] file = Files.readAllBytes(new EntryWriter(directory).numbers("long", 0, 5000, 5000));
      ByteBuffer frame = ByteBuffer.wrap(file, FileHeader.LENGTH, file.length - FileHeader.LENGTH);
      byte[] prefix = new byte[3];
      frame.get(prefix);
      byte[] header = new byte[frame.getInt()];
      frame.get(header);
      ByteBuffer longer = ByteBuffer.allocate(frame.remaining() + 7 + header.length + padding);
      longer.put(prefix).putInt(header.length + padding).put(header);
      longer.put(" ".repeat(padding).getBytes(UTF_8)).put(frame);
      jedis.set("long".getBytes(UTF_8), longer.array());
      for (String mode : List.of("verified", "streaming", "projected")) {
        assertEquals(10_000, rows(plan("key", "long", "read-mode", mode)).size(), mode);
      }
    }
  }

  @Test
  void aNamedEntryIsRead() throws IOException {
    write("small", 0, 10, 20);
    write("large", 1000, 200_000, 300_000);
    assertEquals(Scans.range(0, 30), rows(plan("key", "small")));
    assertEquals(Scans.range(1000, 501_000), rows(plan("key", "large")));
  }

  @Test
  void entriesAreFoundByPattern() throws IOException {
    write("t:default:ns:a:func:m.f:args:0:1s", 0, 5);
    write("t:default:ns:a:func:m.f:args:1:1s", 5, 5);
    write("t:default:ns:a:func:m.g:args:0:1s", 10, 5);
    jedis.set("t:default:ns:a:func:m.f:args:0:1s:lock", "held");
    assertEquals(Scans.range(0, 15), rows(plan("keys-pattern", "t:default:ns:a:*")));
    assertEquals(
        Scans.range(0, 10), rows(plan("tenant", "default", "namespace", "a", "function", "m.f")));
  }

  @Test
  void whatIsNoEntryIsRefused() throws IOException {
    write("a", 0, 5);
    jedis.hset("ah", "f", "v");
    assertTrue(
        assertThrows(UnsupportedEntryException.class, () -> plan("keys-pattern", "a*"))
            .getMessage()
            .contains("'ah' holds a hash"));
    assertEquals(Scans.range(0, 5), rows(plan("keys-pattern", "a*", "on-corrupt", "skip")));
    assertThrows(MissingEntryException.class, () -> plan("keys", "a,b"));
    assertEquals(Scans.range(0, 5), rows(plan("keys", "a,b", "on-missing", "skip")));
  }

  @Test
  void anEntryThatIsReplacedAfterPlanningIsMissed() throws IOException {
    write("a", 0, 5);
    ScanPlan plan = plan("key", "a");
    write("a", 7, 5);
    assertThrows(MissingEntryException.class, () -> rows(plan));
    jedis.del("a");
    assertThrows(MissingEntryException.class, () -> rows(plan));
  }
}

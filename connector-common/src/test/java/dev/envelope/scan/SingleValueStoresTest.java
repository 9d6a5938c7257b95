package dev.envelope.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.CorruptEntryException;
import dev.envelope.EnvelopeException;
import dev.envelope.MissingEntryException;
import dev.envelope.StoreException;
import dev.envelope.entry.FileHeader;
import dev.envelope.memory.Allocators;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.testing.EntryFile;
import dev.envelope.testing.EntryWriter;
import dev.envelope.testing.HttpApi;
import dev.envelope.testing.Probe;
import dev.envelope.testing.redis.MemcachedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From options to rows, with entries in stores that hand out values whole. */
final class SingleValueStoresTest {
  private static MemcachedServer first;
  private static MemcachedServer second;
  private static HttpApi api;

  @TempDir private Path directory;

  /** A store, as options name it, and how values get into it. */
  private record Place(Map<String, String> options, BiConsumer<String, byte[]> writer) {}

  @BeforeAll
  static void start() {
    first = MemcachedServer.start("-I", "16m");
    second = MemcachedServer.start("-I", "16m");
    api = new HttpApi();
  }

  @AfterAll
  static void stop() {
    api.close();
    first.close();
    second.close();
  }

  @AfterEach
  void nothingIsLeft() {
    EntryPool.ofThisJvm().clear();
    assertEquals(0, Allocators.root().getAllocatedMemory());
    first.clear();
    second.clear();
    api.clear();
  }

  private static List<Place> places() {
    return List.of(
        new Place(Map.of("url", first.url()), first::set),
        new Place(
            Map.of("url", first.url() + "," + second.address()),
            // Where the placement wants it is for the test with pymemcache; here it is in both.
            (key, value) -> {
              first.set(key, value);
              second.set(key, value);
            }),
        new Place(Map.of("url", api.url(), "api-key-secret", HttpApi.API_KEY), api::put));
  }

  private byte[] numbers(String key, long from, int... rows) throws IOException {
    byte[] file = Files.readAllBytes(new EntryWriter(directory).numbers(key, from, rows));
    return Arrays.copyOfRange(file, FileHeader.LENGTH, file.length);
  }

  private static ScanPlan plan(Place place, String... namesAndValues) {
    Map<String, String> given = new TreeMap<>(place.options);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      given.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return ScanPlanner.plan(EnvelopeOptions.parse(given));
  }

  private static List<Long> rows(ScanPlan plan) {
    return Scans.numbers(Scans.task(plan, "n"), new ScanMetrics());
  }

  @Test
  void namedEntriesAreRead() throws IOException {
    for (Place place : places()) {
      place.writer.accept("small", numbers("small", 0, 10, 20));
      place.writer.accept("large", numbers("large", 1000, 200_000, 300_000));
      assertEquals(Scans.range(0, 30), rows(plan(place, "key", "small")));
      assertEquals(Scans.range(1000, 501_000), rows(plan(place, "key", "large")));
      assertEquals(500_030, rows(plan(place, "keys", "small,large")).size());
      assertEquals(30, rows(plan(place, "keys", "small,gone", "on-missing", "skip")).size());
      String message =
          assertThrows(MissingEntryException.class, () -> plan(place, "key", "gone")).getMessage();
      assertTrue(message.contains("no entry 'gone'"), message);
    }
  }

  @Test
  void bundledEntriesGiveTheRowsThatTheirFilesGive() {
    int read = 0;
    for (EntryFile entry : EntryFile.allBundled("cache")) {
      String expected = outcome(Probe.options(entry.writeTo(directory).getParent(), entry, "read"));
      for (Place place : places()) {
        if (entry.name().equals("key_non_ascii") && !place.options.get("url").startsWith("http")) {
          // pymemcache refuses to write it.
          continue;
        }
        place.writer.accept(entry.key(), entry.value());
        Map<String, String> options = new TreeMap<>(place.options);
        options.put("key", entry.key());
        assertEquals(expected, outcome(options), entry + " in " + place.options.get("url"));
      }
      read += expected.startsWith("Rows") ? 1 : 0;
    }
    assertTrue(read > 10, "only " + read + " can be read");
  }

  /** The rows, or the kind of error. */
  private static String outcome(Map<String, String> options) {
    try {
      return Probe.read(options, field -> true).toString();
    } catch (EnvelopeException e) {
      return e.getClass().getSimpleName();
    }
  }

  @Test
  void manyEntriesAreReadOnceTheyAreWanted() throws IOException {
    StringBuilder keys = new StringBuilder();
    for (int i = 0; i < 300; i++) {
      byte[] value = numbers("k" + i, i * 10L, 10);
      for (Place place : places()) {
        place.writer.accept("k" + i, value);
      }
      keys.append("k").append(i).append('\n');
    }
    for (Place place : places()) {
      assertEquals(Scans.range(0, 3000), rows(plan(place, "keys", keys.toString())));
    }
  }

  @Test
  void aTaskOfThePlannersProcessFindsWhatItPulled() throws IOException {
    api.put("small", numbers("small", 0, 10));
    api.put("large", numbers("large", 1000, 200_000));
    Place place = places().get(2);
    assertEquals(10, rows(plan(place, "key", "small")).size());
    assertEquals(1, api.requests().size(), "one request for the length and the value");
    assertEquals(200_000, rows(plan(place, "key", "large")).size());
    assertEquals(3, api.requests().size(), "one more for the length, one for the value");
  }

  @Test
  void anEntryThatIsReplacedAfterPlanningIsMissed() throws IOException {
    for (Place place : places()) {
      place.writer.accept("a", numbers("a", 0, 5));
      ScanPlan plan = plan(place, "key", "a", "region-linger", "0s");
      place.writer.accept("a", numbers("a", 7, 5));
      assertThrows(MissingEntryException.class, () -> rows(plan));
    }
  }

  @Test
  void whatIsAlteredIsCorrupt() throws IOException {
    for (Place place : places()) {
      byte[] value = numbers("a", 0, 50_000);
      value[300_000] ^= 1;
      place.writer.accept("a", value);
      place.writer.accept("page", HttpApi.page());
      assertThrows(CorruptEntryException.class, () -> rows(plan(place, "key", "a")));
      assertThrows(EnvelopeException.class, () -> plan(place, "key", "page"));
    }
  }

  @Test
  void aServerThatIsNotThereIsNamed() {
    MemcachedServer gone = MemcachedServer.start();
    gone.close();
    String message =
        assertThrows(
                StoreException.class,
                () -> plan(new Place(Map.of("url", gone.url()), null), "key", "k"))
            .getMessage();
    assertTrue(message.contains(gone.address() + " cannot be reached"), message);
  }

  @Test
  void noPlanShowsTheKeyOfTheApi() throws IOException {
    api.put("a", numbers("a", 0, 5));
    ScanPlan plan = plan(places().get(2), "key", "a");
    for (Object shown : List.of(plan.options(), plan.location(), plan.options().place())) {
      assertFalse(shown.toString().contains("hunter2"), shown.toString());
    }
    assertFalse(plan.toString().contains("hunter2"), "plan");
  }
}

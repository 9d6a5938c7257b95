package dev.envelope.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.EnvelopeException;
import dev.envelope.testing.EntryFile;
import dev.envelope.testing.Probe;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the real library wrote is the same through a Redis as through a file cache. */
final class BundledEntriesTest {
  @RegisterExtension static final OneServer REDIS = new OneServer();

  @TempDir Path directory;

  static Stream<EntryFile> entries() {
    return Stream.of("cache", "cache-demo", "cache-other")
        .flatMap(name -> EntryFile.allBundled(name).stream())
        // Redis forgets what has expired by itself.
        .filter(entry -> !entry.name().equals("expired"));
  }

  /** Arrow Java has no vectors for narrow decimals; they are refused when they are selected. */
  private static boolean readable(Field field) {
    return !(field.getType() instanceof ArrowType.Decimal decimal) || decimal.getBitWidth() >= 128;
  }

  private record Outcome(Probe.Rows rows, EnvelopeException problem) {
    static Outcome of(Map<String, String> options) {
      try {
        return new Outcome(Probe.read(options, BundledEntriesTest::readable), null);
      } catch (EnvelopeException e) {
        return new Outcome(null, e);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("entries")
  void isTheSameAsInAFile(EntryFile entry) {
    entry.writeTo(directory);
    REDIS.set(entry.key(), entry.value());
    Outcome file = Outcome.of(new TreeMap<>(Probe.options(directory, entry, "read")));
    Outcome redis = Outcome.of(RedisScan.of(REDIS.proxy().url(), entry.key()).options());
    if (file.problem() != null) {
      assertTrue(redis.problem() != null, "read, though the file was not: " + file.problem());
      assertSame(file.problem().getClass(), redis.problem().getClass());
      assertEquals(file.problem().getMessage(), redis.problem().getMessage());
    } else if (redis.problem() != null) {
      throw redis.problem();
    } else {
      assertEquals(file.rows(), redis.rows());
    }
  }

  @Test
  void mostOfThemAreTables() {
    long tables =
        entries()
            .filter(
                entry -> {
                  REDIS.set(entry.key(), entry.value());
                  return Outcome.of(REDIS.scan(entry.key()).options()).problem() == null;
                })
            .count();
    assertTrue(tables >= 70, tables + " tables");
  }
}

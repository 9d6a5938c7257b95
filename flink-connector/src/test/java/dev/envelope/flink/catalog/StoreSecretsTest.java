package dev.envelope.flink.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.envelope.options.Option;
import dev.envelope.options.OptionTable;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a table shows has no secret, and what its factory gets has them all. */
class StoreSecretsTest {
  private static final String SECRET = "s3cr3t";

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "redis://h:1/2 redis://h:1/2",
        "redis://:s3cr3t@h:1/2 redis://h:1/2",
        "redis://u:s3@cr3t@h:1/2#m redis://h:1/2#m",
        "rediss-sentinel://:s3cr3t@a:1,b:2/0#m rediss-sentinel://a:1,b:2/0#m",
        "redis://h:1?password=s3cr3t redis://h:1",
        "redis://h:1?db=3&password=s3cr3t#m redis://h:1?db=3#m",
        "redis://h:1?password=s3cr3t&db=3 redis://h:1?db=3",
        "redis-socket:///tmp/s?db=3 redis-socket:///tmp/s?db=3",
        "https://api.cachekit.io https://api.cachekit.io"
      })
  void urls(String given, String open) {
    StoreSecrets secrets = new StoreSecrets(Map.of("url", given));
    assertEquals(Map.of("url", open), secrets.open());
    assertEquals(
        Map.of("url", given, "connector", "envelope"),
        secrets.addedTo(Map.of("url", open, "connector", "envelope")));
  }

  @Test
  void everySecretOptionIsKeptBack() {
    Map<String, String> given = new HashMap<>();
    for (Option<?> option : OptionTable.all()) {
      given.put(option.name(), option.secret() ? SECRET + option.name() : "open");
    }
    StoreSecrets secrets = new StoreSecrets(given);
    assertFalse(secrets.open().toString().contains(SECRET), secrets.open().toString());
    assertFalse(secrets.toString().contains(SECRET), secrets.toString());
    assertEquals(given, secrets.addedTo(secrets.open()));
  }

  @Test
  void anotherPlaceIsToldNothing() {
    StoreSecrets secrets =
        new StoreSecrets(Map.of("url", "redis://:s3cr3t@h:1", "master-key-secret", SECRET));
    Map<String, String> elsewhere = Map.of("url", "redis://other:1");
    assertEquals(elsewhere, secrets.addedTo(elsewhere));
    assertEquals(Map.of("path", "/p"), secrets.addedTo(Map.of("path", "/p")));
  }

  @Test
  void whatATableSaysCountsMore() {
    StoreSecrets secrets = new StoreSecrets(Map.of("url", "redis://h", "redis-password", SECRET));
    Map<String, String> own = Map.of("url", "redis://h", "redis-password", "own");
    assertEquals(own, secrets.addedTo(own));
  }
}

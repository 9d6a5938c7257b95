package dev.envelope.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.InvalidOptionException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where master keys are looked for, and which ways exclude each other. */
final class KeySettingsTest {
  private static final KeySettings NOT_GIVEN = new KeySettings(null, null, null, null);

  private static List<String> keys(KeySettings settings, String... environment) {
    Map<String, String> variables = new HashMap<>();
    for (int i = 0; i < environment.length; i += 2) {
      variables.put(environment[i], environment[i + 1]);
    }
    return settings.resolve(variables).keys();
  }

  @Test
  void theEnvironmentIsLookedIntoWhereNothingIsGiven() {
    assertEquals(List.of("aa"), keys(NOT_GIVEN, "CACHEKIT_MASTER_KEY", " aa\n"));
    assertEquals(
        List.of("aa", "bb", "cc"),
        keys(NOT_GIVEN, "CACHEKIT_MASTER_KEY", "aa", "CACHEKIT_PREVIOUS_MASTER_KEYS", "bb, cc ,"));
  }

  @Test
  void anEnvironmentWithoutACurrentKeyHasNone() {
    assertEquals(List.of(), keys(NOT_GIVEN));
    assertEquals(List.of(), keys(NOT_GIVEN, "CACHEKIT_MASTER_KEY", " "));
    assertEquals(List.of(), keys(NOT_GIVEN, "CACHEKIT_PREVIOUS_MASTER_KEYS", "bb"));
  }

  @Test
  void optionsGoBeforeTheEnvironment() {
    String[] environment = {
      "CACHEKIT_MASTER_KEY", "aa", "CACHEKIT_PREVIOUS_MASTER_KEYS", "bb",
    };
    assertEquals(List.of("cc"), keys(new KeySettings("cc", null, null, null), environment));
    assertEquals(List.of("cc", "dd"), keys(new KeySettings("cc", "dd", null, null), environment));
  }

  private static EnvelopeOptions parse(String... namesAndValues) {
    Map<String, String> options = new HashMap<>(Map.of("path", "/cache"));
    for (int i = 0; i < namesAndValues.length; i += 2) {
      options.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return EnvelopeOptions.parse(options, Set.of(), Map.of());
  }

  @ParameterizedTest
  @ValueSource(strings = {"master-key-secret-file", "master-key-provider"})
  void oneWayOnlyMayBeGiven(String other) {
    String secret = "6b".repeat(32);
    InvalidOptionException e =
        assertThrows(
            InvalidOptionException.class,
            () -> parse("master-key-secret", secret, other, "/somewhere"));
    assertTrue(e.getMessage().contains("'master-key-secret' and '" + other + "'"), e.getMessage());
    assertFalse(e.getMessage().contains(secret), e.getMessage());
  }

  @Test
  void previousKeysNeedACurrentOne() {
    String secret = "6b".repeat(32);
    InvalidOptionException e =
        assertThrows(
            InvalidOptionException.class, () -> parse("previous-master-key-secrets", secret));
    assertTrue(e.getMessage().contains("goes with 'master-key-secret'"), e.getMessage());
    assertFalse(e.getMessage().contains(secret), e.getMessage());
  }

  @Test
  void optionsNeverShowKeys() {
    String secret = "6b".repeat(32);
    EnvelopeOptions options =
        parse("master-key-secret", secret, "previous-master-key-secrets", "6c".repeat(32));
    assertFalse(options.toString().contains("6b6b"), options.toString());
    assertFalse(options.toString().contains("6c6c"), options.toString());
    assertFalse(options.masterKeys().toString().contains("6b6b"));
    assertEquals(secret, options.masterKeys().current());
  }
}

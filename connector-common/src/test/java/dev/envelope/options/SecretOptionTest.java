package dev.envelope.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.InvalidOptionException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Secret values stay out of every text that is made of options. */
final class SecretOptionTest {
  private static final Option<String> PASSWORD =
      Option.unset("password", new TextType("text"), "0.1.0", "A secret.").asSecret();
  private static final Option<List<String>> KEYRING =
      Option.unset("secret-keys", new KeyListType(), "0.1.0", "Secrets.").asSecret();
  private static final Option<Long> COUNT =
      Option.withDefault("secret-size", new ByteSizeType(1, false), "1m", "0.1.0", "A secret size.")
          .asSecret();
  private static final OptionTable TABLE = new OptionTable(List.of(PASSWORD, KEYRING, COUNT));

  @Test
  void isReadableAndMasked() {
    ParsedOptions options =
        ParsedOptions.parse(TABLE, Map.of("password", "hunter2", "secret-keys", "k1,k2"), Set.of());
    assertEquals("hunter2", options.get(PASSWORD));
    assertEquals(List.of("k1", "k2"), options.get(KEYRING));
    assertEquals("{password=***, secret-keys=***}", options.toString());
    assertEquals(Map.of("password", "hunter2", "secret-keys", "[\"k1\",\"k2\"]"), options.texts());
  }

  @ParameterizedTest
  @ValueSource(strings = {"[\"hunter2\"", "[hunter2]", "[[\"hunter2\"]]", "[\"hunter2\",\" \"]"})
  void isNotInTheErrorAboutABadValue(String text) {
    InvalidOptionException error =
        assertThrows(
            InvalidOptionException.class,
            () -> ParsedOptions.parse(TABLE, Map.of("secret-keys", text), Set.of()));
    assertFalse(error.getMessage().contains("hunter"), error.getMessage());
    assertTrue(error.getMessage().contains("option 'secret-keys': the value (secret, not shown)"));
    assertEquals(0, error.getSuppressed().length);
  }

  @Test
  void isNotInTheErrorAboutAnUnknownName() {
    InvalidOptionException error =
        assertThrows(
            InvalidOptionException.class,
            () -> ParsedOptions.parse(TABLE, Map.of("pasword", "hunter2"), Set.of()));
    assertEquals("there is no option 'pasword' (did you mean 'password'?)", error.getMessage());
  }

  /** Spark masks options by name in plans and in its user interface. */
  @Test
  void isNamedSoThatSparkMasksItToo() {
    Pattern masked = Pattern.compile("(?i)secret|password|token|access.?key");
    for (Option<?> option : OptionTable.all()) {
      assertEquals(option.secret(), masked.matcher(option.name()).find(), option.name());
    }
  }
}

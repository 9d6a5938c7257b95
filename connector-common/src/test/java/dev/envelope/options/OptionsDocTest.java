package dev.envelope.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** docs/options.md says what the code does. */
final class OptionsDocTest {
  private static final Path PAGE =
      Path.of(System.getProperty("basedir", "."), "..", "docs", "options.md").normalize();

  @Test
  void thePageIsTheOneThatTheTableGives() throws IOException {
    String rendered = OptionsDoc.render(OptionTable.all());
    if (Boolean.getBoolean("envelope.docs.write")) {
      Files.createDirectories(PAGE.getParent());
      Files.writeString(PAGE, rendered);
    }
    assertEquals(
        rendered,
        Files.exists(PAGE) ? Files.readString(PAGE) : "(no file)",
        "docs/options.md is out of date; write it anew with: mvn -pl connector-common test"
            + " -Dtest=OptionsDocTest -Denvelope.docs.write=true");
  }

  @Test
  void secretsAreMarkedAndPipesDoNotEndCells() {
    Option<String> option =
        Option.withDefault("some-secret", new TextType("text"), "a|b", "9.9.9", "One | two.")
            .asSecret();
    String page = OptionsDoc.render(List.of(option));
    assertTrue(
        page.contains(
            "| `some-secret` | text | `a\\|b` | One \\| two. Secret: never shown or logged. | 9.9.9"
                + " |\n"),
        page);
  }
}

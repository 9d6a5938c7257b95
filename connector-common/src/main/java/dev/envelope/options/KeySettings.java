package dev.envelope.options;

import dev.envelope.InvalidOptionException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Where master keys come from. Travels to executors: the keys themselves only where they were given
 * as options; a file, a class or the environment is looked into where payloads are decrypted.
 * Immutable.
 *
 * @param current the current key in hexadecimal, or null; secret
 * @param previous previous keys, with commas between them, or null; secret
 * @param file the absolute path of a file of keys, or null
 * @param provider the name of a class that fetches keys, or null
 */
public record KeySettings(String current, String previous, String file, String provider)
    implements Serializable {
  private static final Pattern COMMA = Pattern.compile(",");
  private static final String CURRENT_VARIABLE = "CACHEKIT_MASTER_KEY";
  private static final String PREVIOUS_VARIABLE = "CACHEKIT_PREVIOUS_MASTER_KEYS";

  /**
   * Keys as text.
   *
   * @param source where they stand, for messages
   * @param keys the current one first; none where there is none
   */
  public record Texts(String source, List<String> keys) {
    /** Without the keys. */
    @Override
    public String toString() {
      return source;
    }
  }

  /** Whether only the environment of each process can have a key. */
  public boolean ofEnvironment() {
    return current == null && file == null && provider == null;
  }

  /** The keys of options, the file or the environment of this process. Reads it on every call. */
  public Texts resolve() {
    return resolve(System.getenv());
  }

  Texts resolve(Map<String, String> environment) {
    if (file != null) {
      return new Texts("option '" + KeyOptions.MASTER_KEY_FILE + "'", lines());
    }
    if (current != null) {
      return new Texts("option '" + KeyOptions.MASTER_KEY + "'", together(current, previous));
    }
    String variable = environment.get(CURRENT_VARIABLE);
    if (variable == null || variable.isBlank()) {
      return new Texts("nowhere", List.of());
    }
    return new Texts(
        "the environment variables " + CURRENT_VARIABLE + " and " + PREVIOUS_VARIABLE,
        together(variable, environment.get(PREVIOUS_VARIABLE)));
  }

  private List<String> lines() {
    try {
      return Files.readString(Path.of(file))
          .lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty())
          .toList();
    } catch (IOException unreadable) {
      throw new InvalidOptionException(
          "option '%s': the file cannot be read; it must be there for the driver and all executors,"
                  .formatted(KeyOptions.MASTER_KEY_FILE)
              + " as UTF-8 text",
          unreadable);
    }
  }

  private static List<String> together(String current, String previous) {
    List<String> keys = new ArrayList<>();
    keys.add(current.strip());
    if (previous != null) {
      COMMA
          .splitAsStream(previous)
          .map(String::strip)
          .filter(key -> !key.isEmpty())
          .forEach(keys::add);
    }
    return keys;
  }

  /** Without the keys. */
  @Override
  public String toString() {
    if (provider != null) {
      return "keys of " + provider;
    }
    return file != null
        ? "keys in " + file
        : current != null ? "keys given" : "keys, if any, of the environment";
  }
}

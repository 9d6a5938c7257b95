package dev.envelope.cli;

import dev.envelope.InvalidOptionException;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.options.Option;
import dev.envelope.options.OptionTable;
import dev.envelope.options.RedisOptions;
import dev.envelope.options.RedisUrl;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import picocli.CommandLine;

/** Where the entries are and how they are read: the arguments that all commands have. */
final class Place {
  private static final List<String> STORES =
      List.of("CACHEKIT_REDIS_URL", "CACHEKIT_MEMCACHED_SERVERS", "CACHEKIT_API_KEY");

  private static final String DIRECTORY = "CACHEKIT_FILE_CACHE_DIR";

  @CommandLine.Option(
      names = "--from",
      paramLabel = "DIR|URL",
      description = "A cache directory, or the URL of a store, without a password.")
  private String from;

  @CommandLine.Option(
      names = {"-o", "--option"},
      paramLabel = "NAME=VALUE",
      description = "An option of the connector (docs/options.md), such as tenant=default.")
  private Map<String, String> options = new LinkedHashMap<>();

  @CommandLine.Option(
      names = "--options-file",
      paramLabel = "FILE",
      description = "Options of the connector, one NAME=VALUE a line; the place for secrets.")
  private Path file;

  /**
   * Another spelling of {@code --from}.
   *
   * @param place a directory or a URL, or null
   */
  void setIfGiven(String place) {
    if (place != null) {
      if (from != null) {
        throw new InvalidOptionException("the place is given twice; leave --from out");
      }
      from = place;
    }
  }

  /** The options for one entry: a key, or the name of a file of the cache. */
  EnvelopeOptions entry(String key) {
    Map<String, String> given = given();
    String directory = given.get(OptionTable.PATH.name());
    Path named = Path.of(directory == null ? "" : directory, "").resolve(fileName(key));
    boolean file = !given.containsKey(OptionTable.URL.name()) && Files.isRegularFile(named);
    if (file && (directory != null || from == null)) {
      given.put(OptionTable.PATH.name(), named.toString());
    } else {
      given.put(OptionTable.KEY.name(), key);
    }
    return EnvelopeOptions.parse(given);
  }

  /** What is no name of a file leads nowhere. */
  private static Path fileName(String key) {
    return key.indexOf('\0') >= 0 ? Path.of("") : Path.of(key);
  }

  /**
   * The options for all entries, or those of a pattern.
   *
   * @param pattern a glob, or null
   */
  EnvelopeOptions entries(String pattern) {
    Map<String, String> given = given();
    if (pattern != null) {
      given.put(RedisOptions.KEYS_PATTERN.name(), pattern);
    } else if (isRedis(given) && !selects(given)) {
      given.put(RedisOptions.KEYS_PATTERN.name(), "*");
    }
    return EnvelopeOptions.parse(given);
  }

  private static boolean isRedis(Map<String, String> given) {
    if (given.containsKey(OptionTable.PATH.name())) {
      return false;
    }
    String url = given.get(OptionTable.URL.name());
    if (url != null) {
      return OptionTable.URL.parse(url) instanceof RedisUrl;
    }
    return isSet("CACHEKIT_REDIS_URL")
        || (isSet("REDIS_URL") && STORES.stream().noneMatch(Place::isSet));
  }

  private static boolean selects(Map<String, String> given) {
    for (Option<?> option :
        List.of(
            OptionTable.KEY,
            OptionTable.KEYS,
            OptionTable.KEY_FILE,
            RedisOptions.KEYS_PATTERN,
            RedisOptions.NAMESPACE,
            RedisOptions.FUNCTION)) {
      if (given.containsKey(option.name())) {
        return true;
      }
    }
    return false;
  }

  private static boolean isSet(String variable) {
    String value = System.getenv(variable);
    return value != null && !value.isBlank();
  }

  private Map<String, String> given() {
    Map<String, String> given = new LinkedHashMap<>();
    if (file != null) {
      given.putAll(read(file));
    }
    options.forEach(
        (name, value) -> {
          refuseSecret(name, value);
          given.put(name.toLowerCase(Locale.ROOT), value);
        });
    if (from != null && from.contains("://") && !from.startsWith("file:")) {
      refuseSecret(OptionTable.URL.name(), from);
      given.put(OptionTable.URL.name(), from);
    } else if (from != null) {
      given.put(OptionTable.PATH.name(), from);
    } else if (!given.containsKey(OptionTable.URL.name())
        && !given.containsKey(OptionTable.PATH.name())
        && STORES.stream().noneMatch(Place::isSet)
        && isSet(DIRECTORY)) {
      given.put(OptionTable.PATH.name(), System.getenv(DIRECTORY));
    }
    return given;
  }

  private static Map<String, String> read(Path file) {
    Properties properties = new Properties();
    try (Reader text = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(text);
    } catch (IOException | IllegalArgumentException e) {
      throw new InvalidOptionException(
          "the file '" + file + "' cannot be read; give UTF-8 text with NAME=VALUE on each line",
          e);
    }
    Map<String, String> options = new LinkedHashMap<>();
    properties.forEach(
        (name, value) -> options.put(name.toString().toLowerCase(Locale.ROOT), value.toString()));
    return options;
  }

  /** Arguments are seen by everybody on the machine, and stay in the history of the shell. */
  private static void refuseSecret(String name, String value) {
    boolean pointer = name.endsWith("-file") || name.endsWith("-env");
    boolean secret =
        OptionTable.all().stream()
            .anyMatch(option -> option.secret() && option.name().equalsIgnoreCase(name));
    boolean url = name.equalsIgnoreCase(OptionTable.URL.name());
    if ((secret && !pointer) || (url && value.matches("(?s).*(@|[?&]password=).*"))) {
      throw new InvalidOptionException(
          (secret ? "option '" + name + "' is a secret" : "the URL holds a user or a password")
              + ", which is never taken as an argument: everybody on this machine can see those;"
              + " set it in the environment (as for cachekit), or write it into a file for"
              + " --options-file");
    }
  }
}

package dev.envelope.options;

import dev.envelope.InvalidOptionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * How the hosted HTTP API is reached. Immutable.
 *
 * @param url where it is
 * @param apiKey the key, or null; secret
 * @param apiKeyFile the absolute path of a file with the key, or null
 * @param caFile certificates in PEM of the authorities to trust, or null for Java's own
 * @param connectTimeout how long a connection may take to be made
 * @param requestTimeout how long the server may make no progress
 */
public record HttpSettings(
    HttpUrl url,
    String apiKey,
    String apiKeyFile,
    String caFile,
    Duration connectTimeout,
    Duration requestTimeout)
    implements StoreSettings {
  /** RFC 6750, section 2.1: what a bearer token may consist of. */
  private static final Pattern BEARER = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

  /**
   * The key, wherever it stands. Reads the file on every call.
   *
   * @throws InvalidOptionException if the file cannot be read, or the key cannot be one
   */
  public String resolveApiKey() {
    if (apiKeyFile == null) {
      return checked(HttpOptions.API_KEY, apiKey);
    }
    try {
      return checked(HttpOptions.API_KEY_FILE, Files.readString(Path.of(apiKeyFile)).strip());
    } catch (IOException unreadable) {
      throw new InvalidOptionException(
          "option '%s': the file cannot be read; it must be there for the driver and all executors,"
                  .formatted(HttpOptions.API_KEY_FILE)
              + " as UTF-8 text",
          unreadable);
    }
  }

  private static String checked(Option<?> option, String key) {
    if (!BEARER.matcher(key).matches()) {
      throw new InvalidOptionException(
          "option '%s': the key (secret, not shown) holds what no bearer token may hold, such as a"
                  .formatted(option)
              + " blank, a line break or a letter that is not ASCII; give it as it was issued");
    }
    return key;
  }

  /** The place, without secrets. */
  @Override
  public String toString() {
    return url.toString();
  }
}

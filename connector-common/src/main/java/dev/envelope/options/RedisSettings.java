package dev.envelope.options;

import dev.envelope.InvalidOptionException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * How a Redis is reached and read.
 *
 * <p>Serializable for the way to executors, the password included where it was given as such; a
 * file or a variable that holds it is only looked into where a connection is made. Immutable.
 *
 * @param url where it is
 * @param username the user, or null for the default one
 * @param password the password, or null; secret
 * @param passwordFile the absolute path of a file with the password, or null
 * @param passwordVariable the environment variable with the password, or null
 * @param database the number of the database
 * @param clientName how connections are called in the server's list of clients
 * @param topology how the servers belong together
 * @param readFrom which servers are read
 * @param tls how connections are encrypted; without effect where the URL says they are not
 * @param connectTimeout how long a connection may take to be made
 * @param commandTimeout how long a server may make no progress
 * @param chunkSize how many bytes one command fetches of a large entry
 * @param window how many such commands are on their way at once
 */
public record RedisSettings(
    RedisUrl url,
    String username,
    String password,
    String passwordFile,
    String passwordVariable,
    int database,
    String clientName,
    RedisTopology topology,
    RedisReadFrom readFrom,
    Tls tls,
    Duration connectTimeout,
    Duration commandTimeout,
    int chunkSize,
    int window)
    implements StoreSettings {

  /**
   * How connections are encrypted.
   *
   * @param caFile certificates in PEM of the authorities to trust, or null for Java's own
   * @param certificateFile the client's certificate in PEM, or null
   * @param keyFile the client's private key in PEM (PKCS 8), or null
   * @param verify what is checked of the server
   */
  public record Tls(String caFile, String certificateFile, String keyFile, TlsVerify verify)
      implements Serializable {}

  /**
   * The password, wherever it stands; null for none. Reads the file on every call.
   *
   * @throws InvalidOptionException if the file cannot be read, or the variable is not set
   */
  public String resolvePassword() {
    return resolvePassword(System.getenv());
  }

  String resolvePassword(Map<String, String> environment) {
    if (passwordVariable != null) {
      String value = environment.get(passwordVariable);
      if (value == null || value.isEmpty()) {
        throw new InvalidOptionException(
            "option '%s': there is no environment variable of that name in this process; set it for"
                    .formatted(RedisOptions.PASSWORD_ENV)
                + " the driver and all executors");
      }
      return value;
    }
    if (passwordFile != null) {
      try {
        return Files.readString(Path.of(passwordFile)).strip();
      } catch (IOException unreadable) {
        throw new InvalidOptionException(
            "option '%s': the file cannot be read; it must be there for the driver and all"
                    .formatted(RedisOptions.PASSWORD_FILE)
                + " executors, as UTF-8 text",
            unreadable);
      }
    }
    return password;
  }

  /** The place, without secrets. */
  @Override
  public String toString() {
    return url.toString();
  }
}

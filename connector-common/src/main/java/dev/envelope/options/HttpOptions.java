package dev.envelope.options;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The options of the table that only the hosted HTTP API has. Immutable. */
public final class HttpOptions {
  /** The key that requests are allowed by. */
  public static final Option<String> API_KEY =
      Option.unset(
              "api-key-secret",
              new TextType("text"),
              OptionTable.V0_1,
              "The API key for the hosted HTTP API, sent as a bearer token. Where neither this nor"
                  + " `api-key-secret-file` is given, the environment variable `CACHEKIT_API_KEY`"
                  + " of the program that plans the query is taken, for `https://` only. A key"
                  + " travels to executors with the query; a file does not.")
          .asSecret();

  /** A file with the key. */
  public static final Option<Path> API_KEY_FILE =
      Option.unset(
              "api-key-secret-file",
              new LocalPathType("file"),
              OptionTable.V0_1,
              "A file that holds the API key, on every machine that reads it.")
          .asSecret();

  /** Who may sign. */
  public static final Option<Path> TLS_CA_FILE =
      Option.unset(
          "http-tls-ca-file",
          new LocalPathType("file"),
          OptionTable.V0_1,
          "Certificates (PEM) of the authorities that may sign the certificate of the HTTP API;"
              + " Java's own list where it is not given.");

  /** Patience with connections. */
  public static final Option<Duration> CONNECT_TIMEOUT =
      Option.withDefault(
          "http-connect-timeout",
          new DurationType(),
          "5s",
          OptionTable.V0_1,
          "How long it may take to connect to the HTTP API.");

  /** Patience with replies. */
  public static final Option<Duration> REQUEST_TIMEOUT =
      Option.withDefault(
          "http-request-timeout",
          new DurationType(),
          "30s",
          OptionTable.V0_1,
          "How long the HTTP API may send nothing before the read fails. A request that is refused"
              + " for now (429, 502, 503, 504) is sent four times at most.");

  /** All of them, in the order of the documentation. Comes after the constants that it lists. */
  static final List<Option<?>> ALL =
      List.of(API_KEY, API_KEY_FILE, TLS_CA_FILE, CONNECT_TIMEOUT, REQUEST_TIMEOUT);

  private HttpOptions() {}
}

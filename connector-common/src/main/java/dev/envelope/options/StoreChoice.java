package dev.envelope.options;

import dev.envelope.InvalidOptionException;
import dev.envelope.entry.KeyForm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Which store is read and which of its entries: what the options say of it together. */
final class StoreChoice {
  /** cachekit's own settings, in its order. */
  private static final List<String> URL_VARIABLES = List.of("CACHEKIT_REDIS_URL", "REDIS_URL");

  /** One reply; larger ones are slower and hold more memory. */
  private static final long LARGEST_CHUNK = 64L << 20;

  /** What only a Redis has; the others are what a file cache has too. */
  private static final List<Option<?>> FOR_FILES =
      List.of(OptionTable.PATH, OptionTable.FILE_ACCESS);

  private final ParsedOptions values;

  StoreChoice(ParsedOptions values) {
    this.values = values;
  }

  /** What was given, with the Redis of the environment where no store was named. */
  static Map<String, String> withEnvironment(
      Map<String, String> given, Map<String, String> environment) {
    for (String name : given.keySet()) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (lower.equals(OptionTable.PATH.name()) || lower.equals(RedisOptions.URL.name())) {
        return given;
      }
    }
    for (String variable : URL_VARIABLES) {
      String url = environment.get(variable);
      if (url != null && !url.isBlank()) {
        try {
          RedisOptions.URL.parse(url);
        } catch (InvalidOptionException bad) {
          throw new InvalidOptionException(
              "the environment variable " + variable + ", as " + bad.getMessage());
        }
        Map<String, String> together = new LinkedHashMap<>(given);
        together.put(RedisOptions.URL.name(), url);
        return together;
      }
    }
    return given;
  }

  /** Refuses options that do not go together. */
  void check() {
    boolean files = values.isGiven(OptionTable.PATH);
    boolean redis = values.isGiven(RedisOptions.URL);
    if (files && redis) {
      throw new InvalidOptionException(
          "options 'path' and 'url' cannot be given together: one read takes one store; give 'path'"
              + " for a file cache or 'url' for a Redis");
    }
    if (!files && !redis) {
      throw new InvalidOptionException(
          "nothing says where the entries are; give option 'path' (the directory of a file cache)"
              + " or option 'url' (a Redis, such as redis://host:6379/0), or set CACHEKIT_REDIS_URL"
              + " or REDIS_URL in the environment");
    }
    refuseForeign(files ? RedisOptions.ALL : FOR_FILES, files);
    List<String> ways = selections();
    if (ways.size() > 1) {
      throw new InvalidOptionException(
          "options %s cannot be given together: each says which entries to read; give one of them"
              .formatted(String.join(" and ", ways)));
    }
    if (redis) {
      checkRedis(ways);
    }
  }

  private void refuseForeign(List<Option<?>> foreign, boolean files) {
    for (Option<?> option : foreign) {
      if (values.isGiven(option)) {
        throw new InvalidOptionException(
            files
                ? "option '%s' is for a Redis, and option 'path' names a file cache; leave one out"
                    .formatted(option)
                : "option '%s' is for a file cache, and option 'url' (or CACHEKIT_REDIS_URL or"
                        .formatted(option)
                    + " REDIS_URL in the environment) names a Redis; leave one out");
      }
    }
  }

  private List<String> selections() {
    List<String> ways = new ArrayList<>();
    for (Option<?> option :
        List.of(
            OptionTable.KEY, OptionTable.KEYS, OptionTable.KEY_FILE, RedisOptions.KEYS_PATTERN)) {
      if (values.isGiven(option)) {
        ways.add("'" + option + "'");
      }
    }
    // These two are one way: a namespace may be narrowed to a function.
    if (values.isGiven(RedisOptions.NAMESPACE)) {
      ways.add("'" + RedisOptions.NAMESPACE + "'");
    } else if (values.isGiven(RedisOptions.FUNCTION)) {
      ways.add("'" + RedisOptions.FUNCTION + "'");
    }
    return ways;
  }

  private void checkRedis(List<String> ways) {
    if (ways.isEmpty()) {
      throw new InvalidOptionException(
          "nothing says which entries of the Redis to read; give one of 'key', 'keys', 'key-file',"
              + " 'keys-pattern' (such as t:default:ns:features:*) or 'namespace' and 'function'");
    }
    pattern();
    List<String> passwords = new ArrayList<>();
    for (Option<?> option :
        List.of(RedisOptions.PASSWORD, RedisOptions.PASSWORD_FILE, RedisOptions.PASSWORD_ENV)) {
      if (values.isGiven(option)) {
        passwords.add("'" + option + "'");
      }
    }
    if (passwords.size() > 1) {
      throw new InvalidOptionException(
          "options %s cannot be given together: each says the password; give one of them"
              .formatted(String.join(" and ", passwords)));
    }
    if (values.isGiven(RedisOptions.TLS_KEY_FILE)
        != values.isGiven(RedisOptions.TLS_CERTIFICATE_FILE)) {
      throw new InvalidOptionException(
          "options 'redis-tls-certificate-file' and 'redis-tls-key-file' belong together; give both"
              + " or none");
    }
    RedisUrl url = values.get(RedisOptions.URL);
    for (Option<?> option :
        List.of(
            RedisOptions.TLS_CA_FILE,
            RedisOptions.TLS_CERTIFICATE_FILE,
            RedisOptions.TLS_KEY_FILE,
            RedisOptions.TLS_VERIFY)) {
      if (values.isGiven(option) && !url.tls()) {
        throw new InvalidOptionException(
            "option '%s' is for connections with TLS, and the URL names none; begin it with"
                    .formatted(option)
                + " rediss:// (or rediss-sentinel://), or leave the option out");
      }
    }
    for (Option<?> option : List.of(RedisOptions.CONNECT_TIMEOUT, RedisOptions.COMMAND_TIMEOUT)) {
      if (values.find(option).orElseThrow().equals(java.time.Duration.ZERO)) {
        throw new InvalidOptionException("option '%s' is 0; give a time to wait".formatted(option));
      }
    }
    if (values.get(RedisOptions.CHUNK_SIZE) > LARGEST_CHUNK) {
      throw new InvalidOptionException("option 'redis-chunk-size' is above 64m; give less");
    }
  }

  /** How the Redis is reached and read; empty for a file cache. */
  Optional<RedisSettings> redis() {
    return values.find(RedisOptions.URL).map(this::redis);
  }

  private RedisSettings redis(RedisUrl url) {
    boolean passwordElsewhere =
        values.isGiven(RedisOptions.PASSWORD_FILE) || values.isGiven(RedisOptions.PASSWORD_ENV);
    int database = url.database() == null ? 0 : url.database();
    return new RedisSettings(
        url,
        values.find(RedisOptions.USERNAME).orElse(url.username()),
        passwordElsewhere ? null : values.find(RedisOptions.PASSWORD).orElse(url.password()),
        text(RedisOptions.PASSWORD_FILE),
        values.find(RedisOptions.PASSWORD_ENV).orElse(null),
        values.find(RedisOptions.DATABASE).orElse(database),
        values.get(RedisOptions.CLIENT_NAME),
        values.get(RedisOptions.TOPOLOGY),
        values.get(RedisOptions.READ_FROM),
        new RedisSettings.Tls(
            text(RedisOptions.TLS_CA_FILE),
            text(RedisOptions.TLS_CERTIFICATE_FILE),
            text(RedisOptions.TLS_KEY_FILE),
            values.get(RedisOptions.TLS_VERIFY)),
        values.get(RedisOptions.CONNECT_TIMEOUT),
        values.get(RedisOptions.COMMAND_TIMEOUT),
        Math.toIntExact(values.get(RedisOptions.CHUNK_SIZE)),
        values.get(RedisOptions.WINDOW));
  }

  private String text(Option<Path> option) {
    return values.find(option).map(Path::toString).orElse(null);
  }

  /** What a store puts in front of every key; empty for nothing. */
  String keyPrefix() {
    return values.find(RedisOptions.TENANT).map(KeyForm::tenantPrefix).orElse("");
  }

  /** The glob of all keys to read, as the store has them. */
  Optional<String> pattern() {
    Optional<String> glob = values.find(RedisOptions.KEYS_PATTERN);
    if (glob.isEmpty()
        && (values.isGiven(RedisOptions.NAMESPACE) || values.isGiven(RedisOptions.FUNCTION))) {
      glob =
          Optional.of(
              KeyForm.glob(
                  values.find(RedisOptions.NAMESPACE).orElse(null),
                  values.find(RedisOptions.FUNCTION).orElse(null)));
    }
    return glob.map(pattern -> KeyForm.literal(keyPrefix()) + pattern);
  }
}

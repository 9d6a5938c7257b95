package dev.envelope.options;

import dev.envelope.InvalidOptionException;
import java.util.ArrayList;
import java.util.List;

/** What the options of a Redis say together. Stateless. */
final class RedisChoice {
  /** One reply; larger ones are slower and hold more memory. */
  private static final long LARGEST_CHUNK = 64L << 20;

  private RedisChoice() {}

  private static RedisUrl url(ParsedOptions values) {
    return (RedisUrl) values.get(OptionTable.URL);
  }

  /**
   * Refuses options that do not go together.
   *
   * @param ways the options that say which entries to read
   */
  static void check(ParsedOptions values, List<String> ways) {
    if (ways.isEmpty()) {
      throw new InvalidOptionException(
          "nothing says which entries of the Redis to read; give one of 'key', 'keys', 'key-file',"
              + " 'keys-pattern' (such as t:default:ns:features:*) or 'namespace' and 'function'");
    }
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
    RedisUrl url = url(values);
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
    StoreChoice.refuseNoTime(values, RedisOptions.CONNECT_TIMEOUT, RedisOptions.COMMAND_TIMEOUT);
    if (values.get(RedisOptions.CHUNK_SIZE) > LARGEST_CHUNK) {
      throw new InvalidOptionException("option 'redis-chunk-size' is above 64m; give less");
    }
  }

  /** How the Redis is reached and read. */
  static RedisSettings settings(ParsedOptions values) {
    RedisUrl url = url(values);
    boolean passwordElsewhere =
        values.isGiven(RedisOptions.PASSWORD_FILE) || values.isGiven(RedisOptions.PASSWORD_ENV);
    int database = url.database() == null ? 0 : url.database();
    return new RedisSettings(
        url,
        values.find(RedisOptions.USERNAME).orElse(url.username()),
        passwordElsewhere ? null : values.find(RedisOptions.PASSWORD).orElse(url.password()),
        StoreChoice.text(values, RedisOptions.PASSWORD_FILE),
        values.find(RedisOptions.PASSWORD_ENV).orElse(null),
        values.find(RedisOptions.DATABASE).orElse(database),
        values.get(RedisOptions.CLIENT_NAME),
        values.get(RedisOptions.TOPOLOGY),
        values.get(RedisOptions.READ_FROM),
        new RedisSettings.Tls(
            StoreChoice.text(values, RedisOptions.TLS_CA_FILE),
            StoreChoice.text(values, RedisOptions.TLS_CERTIFICATE_FILE),
            StoreChoice.text(values, RedisOptions.TLS_KEY_FILE),
            values.get(RedisOptions.TLS_VERIFY)),
        values.get(RedisOptions.CONNECT_TIMEOUT),
        values.get(RedisOptions.COMMAND_TIMEOUT),
        Math.toIntExact(values.get(RedisOptions.CHUNK_SIZE)),
        values.get(RedisOptions.WINDOW));
  }
}

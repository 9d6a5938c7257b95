package dev.envelope.options;

import dev.envelope.InvalidOptionException;
import dev.envelope.entry.KeyForm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Which store is read and which of its entries: what the options say of it together. */
final class StoreChoice {
  private final ParsedOptions values;

  StoreChoice(ParsedOptions values) {
    this.values = values;
  }

  private StoreKind kind() {
    return values.find(OptionTable.URL).map(StoreKind::of).orElse(StoreKind.FILES);
  }

  /** Refuses options that do not go together. */
  void check() {
    boolean files = values.isGiven(OptionTable.PATH);
    boolean url = values.isGiven(OptionTable.URL);
    if (files && url) {
      throw new InvalidOptionException(
          "options 'path' and 'url' cannot be given together: one read takes one store; give 'path'"
              + " for a file cache or 'url' for a Redis, a Memcached or the HTTP API");
    }
    if (!files && !url) {
      throw new InvalidOptionException(
          "nothing says where the entries are; give option 'path' (the directory of a file cache)"
              + " or option 'url' (such as redis://host:6379/0, memcached://host:11211 or"
              + " https://api.cachekit.io), or set CACHEKIT_REDIS_URL, CACHEKIT_MEMCACHED_SERVERS,"
              + " CACHEKIT_API_KEY or REDIS_URL in the environment");
    }
    StoreKind kind = kind();
    kind.others().forEach(other -> refuseForeign(kind, other));
    List<String> ways = selections();
    if (ways.size() > 1) {
      throw new InvalidOptionException(
          "options %s cannot be given together: each says which entries to read; give one of them"
              .formatted(String.join(" and ", ways)));
    }
    switch (kind) {
      case FILES -> {}
      case REDIS -> {
        RedisChoice.check(values, ways);
        pattern();
      }
      case MEMCACHED, HTTP -> checkSingleValues(kind, ways);
    }
  }

  private void refuseForeign(StoreKind kind, StoreKind other) {
    for (Option<?> option : other.options()) {
      if (!values.isGiven(option)) {
        continue;
      }
      if (kind.holdsSingleValues() && selects(option)) {
        throw new InvalidOptionException(
            "option '%s' is for a Redis: %s cannot list its keys; give the keys by 'key', 'keys' or"
                    .formatted(option, kind.label())
                + " 'key-file'");
      }
      throw new InvalidOptionException(
          kind == StoreKind.FILES
              ? "option '%s' is for %s, and option 'path' names a file cache; leave one out"
                  .formatted(option, other.label())
              : "option '%s' is for %s, and option 'url' (or the environment, where it is not given)"
                      .formatted(option, other.label())
                  + " names %s; leave one out".formatted(kind.label()));
    }
  }

  private static boolean selects(Option<?> option) {
    return option == RedisOptions.KEYS_PATTERN
        || option == RedisOptions.NAMESPACE
        || option == RedisOptions.FUNCTION;
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

  /** Whether the store lists its keys, and nothing says which are meant. */
  boolean lacksSelection() {
    return kind() == StoreKind.REDIS && selections().isEmpty();
  }

  private void checkSingleValues(StoreKind kind, List<String> ways) {
    if (ways.isEmpty()) {
      throw new InvalidOptionException(
          "nothing says which entries to read, and %s cannot list its keys; give 'key', 'keys' or"
                  .formatted(kind.label())
              + " 'key-file'");
    }
    if (values.get(OptionTable.READ_MODE) != ReadMode.VERIFIED) {
      throw new InvalidOptionException(
          "option 'read-mode' = %s reads parts of entries, and %s hands out whole ones only; leave"
                  .formatted(
                      values.get(OptionTable.READ_MODE).name().toLowerCase(Locale.ROOT),
                      kind.label())
              + " 'read-mode' out");
    }
    if (kind == StoreKind.MEMCACHED) {
      refuseNoTime(values, MemcachedOptions.CONNECT_TIMEOUT, MemcachedOptions.COMMAND_TIMEOUT);
    } else {
      refuseNoTime(values, HttpOptions.CONNECT_TIMEOUT, HttpOptions.REQUEST_TIMEOUT);
      checkHttp((HttpUrl) values.get(OptionTable.URL));
    }
  }

  private void checkHttp(HttpUrl url) {
    boolean key = values.isGiven(HttpOptions.API_KEY);
    boolean file = values.isGiven(HttpOptions.API_KEY_FILE);
    if (key && file) {
      throw new InvalidOptionException(
          "options 'api-key-secret' and 'api-key-secret-file' cannot be given together: each says"
              + " the key; give one of them");
    }
    if (!key && !file) {
      throw new InvalidOptionException(
          "the HTTP API wants a key; give option 'api-key-secret' or 'api-key-secret-file'"
              + (url.tls() ? ", or set CACHEKIT_API_KEY in the environment" : ""));
    }
    if (values.isGiven(HttpOptions.TLS_CA_FILE) && !url.tls()) {
      throw new InvalidOptionException(
          "option 'http-tls-ca-file' is for connections with TLS, and the URL names none; begin it"
              + " with https://, or leave the option out");
    }
  }

  /** Refuses timeouts of 0, which would be no time at all or for ever. */
  @SafeVarargs
  static void refuseNoTime(ParsedOptions values, Option<Duration>... timeouts) {
    for (Option<Duration> option : timeouts) {
      if (values.get(option).isZero()) {
        throw new InvalidOptionException("option '%s' is 0; give a time to wait".formatted(option));
      }
    }
  }

  /** A path as text, or null where it was not given. */
  static String text(ParsedOptions values, Option<Path> option) {
    return values.find(option).map(Path::toString).orElse(null);
  }

  /** How the store is reached and read; empty for a file cache. */
  Optional<StoreSettings> remote() {
    return switch (kind()) {
      case FILES -> Optional.empty();
      case REDIS -> Optional.of(RedisChoice.settings(values));
      case MEMCACHED ->
          Optional.of(
              new MemcachedSettings(
                  (MemcachedUrl) values.get(OptionTable.URL),
                  values.get(MemcachedOptions.CONNECT_TIMEOUT),
                  values.get(MemcachedOptions.COMMAND_TIMEOUT)));
      case HTTP ->
          Optional.of(
              new HttpSettings(
                  (HttpUrl) values.get(OptionTable.URL),
                  values.find(HttpOptions.API_KEY).orElse(null),
                  text(values, HttpOptions.API_KEY_FILE),
                  text(values, HttpOptions.TLS_CA_FILE),
                  values.get(HttpOptions.CONNECT_TIMEOUT),
                  values.get(HttpOptions.REQUEST_TIMEOUT)));
    };
  }

  /** What a store puts in front of every key; empty for nothing. */
  String keyPrefix() {
    return values
        .find(OptionTable.TENANT)
        .filter(tenant -> kind() == StoreKind.REDIS)
        // In the interop mode cachekit writes bare keys only; there the tenant is of the
        // encryption.
        .filter(tenant -> values.get(OptionTable.FORMAT) != EntryFormat.INTEROP)
        .map(KeyForm::tenantPrefix)
        .or(() -> values.find(MemcachedOptions.KEY_PREFIX))
        .orElse("");
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

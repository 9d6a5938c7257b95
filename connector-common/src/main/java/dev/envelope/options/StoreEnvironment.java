package dev.envelope.options;

import dev.envelope.InvalidOptionException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The store that the environment names by cachekit's own settings, and what it tells of a store
 * that an option names. Stateless.
 */
final class StoreEnvironment {
  private static final String API_KEY = "CACHEKIT_API_KEY";
  private static final String API_URL = "CACHEKIT_API_URL";
  private static final String DEFAULT_API = "https://api.cachekit.io";
  private static final String CACHEKIT_REDIS = "CACHEKIT_REDIS_URL";
  private static final String REDIS = "REDIS_URL";
  private static final String MEMCACHED = "CACHEKIT_MEMCACHED_SERVERS";
  private static final String MEMCACHED_PREFIX = "CACHEKIT_MEMCACHED_KEY_PREFIX";

  /** Each names a store by itself, so that only one may be set, as in cachekit. */
  private static final List<String> SELECTORS = List.of(API_KEY, CACHEKIT_REDIS, MEMCACHED);

  private final Map<String, String> environment;
  private final Map<String, String> options;

  private StoreEnvironment(Map<String, String> given, Map<String, String> environment) {
    this.environment = environment;
    this.options = new LinkedHashMap<>(given);
  }

  /** What was given, with what the environment adds to it. */
  static Map<String, String> added(Map<String, String> given, Map<String, String> environment) {
    StoreEnvironment store = new StoreEnvironment(given, environment);
    if (!store.isGiven(OptionTable.PATH) && !store.isGiven(OptionTable.URL)) {
      store.addStore();
    }
    store.addApiKey();
    return store.options;
  }

  private boolean isGiven(Option<?> option) {
    return given(option) != null;
  }

  private String given(Option<?> option) {
    for (Map.Entry<String, String> one : options.entrySet()) {
      if (one.getKey().toLowerCase(Locale.ROOT).equals(option.name())) {
        return one.getValue();
      }
    }
    return null;
  }

  private boolean isSet(String variable) {
    String value = environment.get(variable);
    return value != null && !value.isBlank();
  }

  private void addStore() {
    List<String> set = new ArrayList<>(SELECTORS.stream().filter(this::isSet).toList());
    if (set.size() > 1) {
      throw new InvalidOptionException(
          "the environment variables "
              + String.join(" and ", set)
              + " each name a store; give option 'url' or 'path', or set only one of them");
    }
    if (set.isEmpty() && isSet(REDIS)) {
      set.add(REDIS);
    }
    if (set.isEmpty()) {
      return;
    }
    String variable = set.get(0);
    switch (variable) {
      case API_KEY ->
          add(API_URL, isSet(API_URL) ? environment.get(API_URL) : DEFAULT_API, HttpUrl.class);
      case MEMCACHED -> {
        add(variable, memcached(environment.get(variable)), MemcachedUrl.class);
        if (isSet(MEMCACHED_PREFIX) && !isGiven(MemcachedOptions.KEY_PREFIX)) {
          options.put(MemcachedOptions.KEY_PREFIX.name(), environment.get(MEMCACHED_PREFIX));
        }
      }
      default -> add(variable, environment.get(variable), RedisUrl.class);
    }
  }

  private void add(String variable, String url, Class<? extends StoreUrl> kind) {
    try {
      if (!kind.isInstance(OptionTable.URL.parse(url))) {
        throw new InvalidOptionException(
            "option 'url': its value (not shown) is the URL of another kind of store");
      }
    } catch (InvalidOptionException bad) {
      throw new InvalidOptionException(
          "the environment variable " + variable + ", as " + bad.getMessage());
    }
    options.put(OptionTable.URL.name(), url);
  }

  /** A list of {@code host:port}; cachekit splits at the last colon, without brackets. */
  private static String memcached(String servers) {
    List<String> addresses = new ArrayList<>();
    try {
      for (String server : new KeyListType().parse(servers)) {
        int colon = server.lastIndexOf(':');
        boolean bare = colon > 0 && server.indexOf(':') < colon && !server.startsWith("[");
        addresses.add(
            bare ? "[" + server.substring(0, colon) + "]" + server.substring(colon) : server);
      }
    } catch (BadValueException bad) {
      throw new InvalidOptionException(
          "the environment variable "
              + MEMCACHED
              + " "
              + bad.getMessage()
              + "; set it to a JSON array such as [\"host:11211\"]");
    }
    return "memcached://" + String.join(",", addresses);
  }

  /** Not over a connection that anybody can listen to: there the key must be given on purpose. */
  private void addApiKey() {
    String url = given(OptionTable.URL);
    if (url != null
        && url.strip().toLowerCase(Locale.ROOT).startsWith("https://")
        && isSet(API_KEY)
        && !isGiven(HttpOptions.API_KEY)
        && !isGiven(HttpOptions.API_KEY_FILE)) {
      options.put(HttpOptions.API_KEY.name(), environment.get(API_KEY));
    }
  }
}

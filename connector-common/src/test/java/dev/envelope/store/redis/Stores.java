package dev.envelope.store.redis;

import dev.envelope.options.EnvelopeOptions;
import dev.envelope.options.RedisSettings;
import dev.envelope.store.Store;
import dev.envelope.store.StoreTraffic;
import java.util.LinkedHashMap;
import java.util.Map;

/** Opens stores as a user's options ask for them. */
final class Stores {
  private Stores() {}

  /**
   * A store of a server.
   *
   * @param more names and values of options in turn; a null takes one back that is given here
   */
  static Store open(StoreTraffic traffic, String url, String... more) {
    return location(url, more).open(traffic);
  }

  static RedisStoreLocation location(String url, String... more) {
    Map<String, String> given = new LinkedHashMap<>(Map.of("url", url, "key", "unused"));
    for (int i = 0; i < more.length; i += 2) {
      if (more[i + 1] == null) {
        given.remove(more[i]);
      } else {
        given.put(more[i], more[i + 1]);
      }
    }
    EnvelopeOptions options = EnvelopeOptions.parse(given);
    return new RedisStoreLocation(
        (RedisSettings) options.remote().orElseThrow(),
        options.keyPrefix(),
        options.keysPattern().orElse(null));
  }
}

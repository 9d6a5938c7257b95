package dev.envelope.store.redis;

import dev.envelope.options.RedisSettings;
import dev.envelope.store.Store;
import dev.envelope.store.StoreLocation;
import dev.envelope.store.StoreTraffic;

/**
 * A Redis, and which of its keys are listed.
 *
 * <p>Equal when it is the same Redis, reached as the same user in the same way, whatever is listed:
 * an entry is the same one then. Immutable.
 */
public final class RedisStoreLocation implements StoreLocation {
  private static final long serialVersionUID = 1L;

  private final RedisSettings settings;
  private final String keyPrefix;
  private final String keysPattern;

  /**
   * Connects to nothing.
   *
   * @param settings how the Redis is reached
   * @param keyPrefix what the Redis has in front of every key, or an empty string
   * @param keysPattern the glob that listed keys match, prefix included
   */
  public RedisStoreLocation(RedisSettings settings, String keyPrefix, String keysPattern) {
    this.settings = settings;
    this.keyPrefix = keyPrefix;
    this.keysPattern = keysPattern;
  }

  RedisSettings settings() {
    return settings;
  }

  @Override
  public Store open(StoreTraffic traffic) {
    return new RedisStore(settings, keyPrefix, keysPattern, traffic);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RedisStoreLocation that
        && settings.equals(that.settings)
        && keyPrefix.equals(that.keyPrefix);
  }

  @Override
  public int hashCode() {
    return settings.hashCode();
  }

  /** The URL without secrets. */
  @Override
  public String toString() {
    return settings.toString();
  }
}

package dev.envelope.store.memcached;

import dev.envelope.options.MemcachedSettings;
import dev.envelope.store.Store;
import dev.envelope.store.StoreLocation;
import dev.envelope.store.StoreTraffic;

/**
 * A Memcached. Immutable.
 *
 * @param settings how it is reached
 * @param keyPrefix what it has in front of every key, or an empty string
 */
public record MemcachedStoreLocation(MemcachedSettings settings, String keyPrefix)
    implements StoreLocation {
  @Override
  public Store open(StoreTraffic traffic) {
    return new MemcachedStore(settings, keyPrefix, traffic);
  }

  @Override
  public String toString() {
    return settings.toString();
  }
}

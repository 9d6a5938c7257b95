package dev.envelope.store.http;

import dev.envelope.options.HttpSettings;
import dev.envelope.store.Store;
import dev.envelope.store.StoreLocation;
import dev.envelope.store.StoreTraffic;

/**
 * The hosted HTTP API. Immutable.
 *
 * @param settings how it is reached
 */
public record HttpStoreLocation(HttpSettings settings) implements StoreLocation {
  @Override
  public Store open(StoreTraffic traffic) {
    return new HttpStore(settings, traffic);
  }

  @Override
  public String toString() {
    return settings.toString();
  }
}

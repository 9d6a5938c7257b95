package dev.envelope.options;

import java.time.Duration;

/**
 * How a Memcached is reached. Immutable.
 *
 * @param url where it is
 * @param connectTimeout how long a connection may take to be made
 * @param commandTimeout how long a server may make no progress
 */
public record MemcachedSettings(MemcachedUrl url, Duration connectTimeout, Duration commandTimeout)
    implements StoreSettings {
  @Override
  public String toString() {
    return url.toString();
  }
}

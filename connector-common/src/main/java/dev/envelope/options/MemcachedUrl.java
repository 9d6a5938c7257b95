package dev.envelope.options;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The servers of a Memcached, over which keys are spread. Immutable.
 *
 * @param addresses at least one
 */
public record MemcachedUrl(List<ServerAddress> addresses) implements StoreUrl {
  private static final int PORT = 11211;

  /** Copies the list. */
  public MemcachedUrl {
    addresses = List.copyOf(addresses);
  }

  /** The servers of what stands after the scheme. */
  static MemcachedUrl parse(String rest) throws BadValueException {
    if (rest.contains("@")) {
      throw new BadValueException(
          "holds a user or a password, and cachekit's Memcached takes none");
    }
    String hosts = rest.endsWith("/") ? rest.substring(0, rest.length() - 1) : rest;
    if (hosts.matches("(?s).*[/?#].*")) {
      throw new BadValueException("has something after the servers of a Memcached");
    }
    return new MemcachedUrl(ServerAddress.parse(hosts, PORT));
  }

  @Override
  public String toString() {
    return addresses.stream()
        .map(ServerAddress::toString)
        .collect(Collectors.joining(",", "memcached://", ""));
  }
}

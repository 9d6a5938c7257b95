package dev.envelope.options;

import java.util.List;

/**
 * Where a Redis is, as its URL says. Immutable; two are equal when they mean the same.
 *
 * @param kind which servers the addresses are
 * @param tls whether connections are encrypted
 * @param username the user, or null for the default one
 * @param password the password, or null; secret
 * @param addresses the seeds, at least one; none for a socket
 * @param socket the path of a Unix socket, or null
 * @param database the number of the database, or null where the URL names none
 * @param sentinelMaster the name that Sentinel knows the master by, or null
 */
public record RedisUrl(
    Kind kind,
    boolean tls,
    String username,
    String password,
    List<ServerAddress> addresses,
    String socket,
    Integer database,
    String sentinelMaster)
    implements StoreUrl {

  /** What the addresses of a URL lead to. */
  public enum Kind {
    /** Servers that hold entries; more than one are seeds of one cluster. */
    SERVER,
    /** One server on this machine. */
    SOCKET,
    /** Sentinels, which know where the master is. */
    SENTINEL
  }

  /** Copies the list. */
  public RedisUrl {
    addresses = List.copyOf(addresses);
  }

  /** The URL with {@code ***} for user and password, or with both for {@code secret}. */
  String text(boolean secret) {
    StringBuilder text =
        new StringBuilder(
            switch (kind) {
              case SERVER -> tls ? "rediss://" : "redis://";
              case SOCKET -> "redis-socket://";
              case SENTINEL -> tls ? "rediss-sentinel://" : "redis-sentinel://";
            });
    if (username != null || password != null) {
      // Lettuce takes a word alone for a password, redis-py for a user: neither is shown.
      text.append(secret ? credentials() : "***").append('@');
    }
    if (kind == Kind.SOCKET) {
      text.append(RedisUrlType.encode(socket).replace("%2F", "/"));
      return database == null ? text.toString() : text.append("?db=").append(database).toString();
    }
    text.append(String.join(",", addresses.stream().map(ServerAddress::toString).toList()));
    if (database != null) {
      text.append('/').append(database);
    }
    return sentinelMaster == null
        ? text.toString()
        : text.append('#').append(RedisUrlType.encode(sentinelMaster)).toString();
  }

  private String credentials() {
    String user = username == null ? "" : RedisUrlType.encode(username);
    return password == null ? user : user + ":" + RedisUrlType.encode(password);
  }

  /** The URL, with user and password masked. */
  @Override
  public String toString() {
    return text(false);
  }
}

package dev.envelope.options;

import java.time.Duration;
import java.util.List;

/** The options of the table that only a Memcached has. Immutable. */
public final class MemcachedOptions {
  /** What is in front of keys. */
  public static final Option<String> KEY_PREFIX =
      Option.unset(
          "memcached-key-prefix",
          new TextType("text"),
          OptionTable.V0_1,
          "What cachekit's Memcached backend puts in front of every key"
              + " (`CACHEKIT_MEMCACHED_KEY_PREFIX`). It is not part of the keys that are given and"
              + " shown.");

  /** Patience with connections. */
  public static final Option<Duration> CONNECT_TIMEOUT =
      Option.withDefault(
          "memcached-connect-timeout",
          new DurationType(),
          "5s",
          OptionTable.V0_1,
          "How long it may take to connect to a server of a Memcached.");

  /** Patience with replies. */
  public static final Option<Duration> COMMAND_TIMEOUT =
      Option.withDefault(
          "memcached-command-timeout",
          new DurationType(),
          "30s",
          OptionTable.V0_1,
          "How long a server of a Memcached that was asked for something may send nothing before"
              + " the read fails.");

  /** All of them, in the order of the documentation. Comes after the constants that it lists. */
  static final List<Option<?>> ALL = List.of(KEY_PREFIX, CONNECT_TIMEOUT, COMMAND_TIMEOUT);

  private MemcachedOptions() {}
}

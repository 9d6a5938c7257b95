package dev.envelope.options;

import java.util.List;
import java.util.stream.Stream;

/** The kinds of stores, and which options are theirs. A new kind of store is a constant here. */
enum StoreKind {
  /** A directory. */
  FILES("a file cache"),
  /** Lists its keys. */
  REDIS("a Redis"),
  /** Knows single keys. */
  MEMCACHED("a Memcached"),
  /** Knows single keys. */
  HTTP("the HTTP API");

  private final String label;

  StoreKind(String label) {
    this.label = label;
  }

  /** The kind that a URL leads to. */
  static StoreKind of(StoreUrl url) {
    if (url instanceof RedisUrl) {
      return REDIS;
    }
    return url instanceof MemcachedUrl ? MEMCACHED : HTTP;
  }

  /** What it is called, with an article. */
  String label() {
    return label;
  }

  /** The options that are only for this kind. */
  List<Option<?>> options() {
    return switch (this) {
      case FILES -> List.of(OptionTable.PATH, OptionTable.FILE_ACCESS);
      case REDIS -> RedisOptions.ALL;
      case MEMCACHED -> MemcachedOptions.ALL;
      case HTTP -> HttpOptions.ALL;
    };
  }

  /** Whether values come in one reply only, and keys cannot be listed. */
  boolean holdsSingleValues() {
    return this == MEMCACHED || this == HTTP;
  }

  /** The other kinds. */
  Stream<StoreKind> others() {
    return Stream.of(values()).filter(kind -> kind != this);
  }
}

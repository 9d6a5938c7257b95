package dev.envelope.store.http;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * How a key stands in the path of a URL: everything but unreserved characters is percent-encoded,
 * as cachekit does from 0.24 on (versions before sent keys as they are, in which only a colon
 * differs, and servers decode it). Stateless.
 */
final class PathSegment {
  /** What a server would not take for a key: cachekit refuses these. */
  private static final Set<String> RESERVED = Set.of("", ".", "..", "health", "ttl", "lock");

  private PathSegment() {}

  /** Whether a key can be asked for; the key goes to no other path than that of an entry. */
  static boolean possible(String key) {
    return !RESERVED.contains(key);
  }

  static String of(String key) {
    return URLEncoder.encode(key, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }
}

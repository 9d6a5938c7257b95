package dev.envelope.store.memcached;

import com.dynatrace.hash4j.hashing.Hasher32;
import com.dynatrace.hash4j.hashing.Hashing;
import dev.envelope.options.ServerAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which server of a Memcached holds a key: the one of the highest weight, which is the hash of
 * {@code HOST:PORT-KEY}. So do pymemcache's {@code HashClient} and {@code RendezvousHash}, the
 * client of cachekit. The order of the servers does not count; the way that their names are written
 * does. Immutable.
 */
final class Placement {
  private static final Hasher32 MURMUR3 = Hashing.murmur3_32();

  /** By the name that goes into the hash. */
  private final Map<String, ServerAddress> servers = new LinkedHashMap<>();

  Placement(List<ServerAddress> addresses) {
    for (ServerAddress address : addresses) {
      // No brackets around IPv6 addresses.
      servers.put(address.host() + ":" + address.port(), address);
    }
  }

  /**
   * The server of a key.
   *
   * @param key as it is sent, prefix included; ASCII
   */
  ServerAddress serverOf(String key) {
    String winner = null;
    long highest = -1;
    for (String server : servers.keySet()) {
      byte[] text = (server + "-" + key).getBytes(StandardCharsets.UTF_8);
      long weight = Integer.toUnsignedLong(MURMUR3.hashBytesToInt(text));
      if (weight > highest || (weight == highest && server.compareTo(winner) > 0)) {
        highest = weight;
        winner = server;
      }
    }
    return servers.get(winner);
  }

  /** The places in a list of keys that each server is to be asked for. */
  Map<ServerAddress, List<Integer>> spread(List<String> keys) {
    Map<ServerAddress, List<Integer>> places = new LinkedHashMap<>();
    for (int i = 0; i < keys.size(); i++) {
      places.computeIfAbsent(serverOf(keys.get(i)), server -> new ArrayList<>()).add(i);
    }
    return places;
  }
}

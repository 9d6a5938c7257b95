package dev.envelope.store.redis;

import dev.envelope.StoreException;
import dev.envelope.options.RedisReadFrom;
import io.lettuce.core.cluster.SlotHash;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which server has which keys. Immutable. */
sealed interface Layout {

  /** The name of the server that has a key. */
  String serverOf(byte[] key);

  /** The servers that have all keys together, each once. */
  List<String> all();

  /** Whether keys are spread over servers by slots. */
  boolean cluster();

  /** One server has everything. */
  record Single(String server) implements Layout {
    @Override
    public String serverOf(byte[] key) {
      return server;
    }

    @Override
    public List<String> all() {
      return List.of(server);
    }

    @Override
    public boolean cluster() {
      return false;
    }
  }

  /** A cluster: the server of each slot, null where no server has one. */
  final class Slots implements Layout {
    private final String[] servers;

    private Slots(String[] servers) {
      this.servers = servers;
    }

    /**
     * Reads the reply to CLUSTER SLOTS: first slot, last slot, and then the servers that have them,
     * the master first, each as address, port and name.
     *
     * @param asked the server that answered; an address that it leaves out is its own
     */
    static Slots parse(List<Object> reply, String asked, RedisReadFrom readFrom, String what)
        throws Trouble {
      String[] servers = new String[SlotHash.SLOT_COUNT];
      try {
        for (Object range : reply) {
          List<?> parts = (List<?>) range;
          List<String> candidates = new ArrayList<>();
          for (int i = 2; i < parts.size(); i++) {
            candidates.add(address((List<?>) parts.get(i), asked));
          }
          Arrays.fill(
              servers,
              (int) number(parts.get(0)),
              (int) number(parts.get(1)) + 1,
              choose(candidates, readFrom));
        }
      } catch (ClassCastException | IndexOutOfBoundsException | IllegalArgumentException e) {
        throw Troubles.fatal(
            new StoreException(
                "Redis at " + asked + " describes its cluster in a way not understood: " + what,
                e));
      }
      return new Slots(servers);
    }

    private static String choose(List<String> candidates, RedisReadFrom readFrom) {
      boolean replicas = candidates.size() > 1;
      return switch (readFrom) {
        case MASTER -> candidates.get(0);
        case REPLICA_PREFERRED -> candidates.get(replicas ? 1 : 0);
        case REPLICA -> replicas ? candidates.get(1) : null;
      };
    }

    private static String address(List<?> server, String asked) {
      String host = text(server.get(0));
      if (host.isEmpty() || host.equals("?")) {
        host = asked.substring(0, asked.lastIndexOf(':'));
      } else if (host.contains(":")) {
        host = "[" + host + "]";
      }
      return host + ":" + number(server.get(1));
    }

    @Override
    public String serverOf(byte[] key) {
      return servers[SlotHash.getSlot(key)];
    }

    @Override
    public List<String> all() {
      Set<String> all = new LinkedHashSet<>(Arrays.asList(servers));
      all.remove(null);
      return List.copyOf(all);
    }

    @Override
    public boolean cluster() {
      return true;
    }
  }

  /** The replicas in the reply to ROLE of a master. */
  static List<String> replicasOf(List<Object> role) {
    List<String> replicas = new ArrayList<>();
    if (role.size() > 2 && "master".equals(text(role.get(0))) && role.get(2) instanceof List<?> l) {
      for (Object replica : l) {
        List<?> parts = (List<?>) replica;
        String host = text(parts.get(0));
        replicas.add((host.contains(":") ? "[" + host + "]" : host) + ":" + text(parts.get(1)));
      }
    }
    return replicas;
  }

  /** A string of a reply. */
  static String text(Object value) {
    return value instanceof byte[] bytes
        ? new String(bytes, StandardCharsets.UTF_8)
        : String.valueOf(value);
  }

  private static long number(Object value) {
    return Long.parseLong(text(value));
  }
}

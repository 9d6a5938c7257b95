package dev.envelope.store.redis;

import dev.envelope.StoreException;
import dev.envelope.options.RedisReadFrom;
import dev.envelope.options.RedisSettings;
import dev.envelope.options.RedisTopology;
import dev.envelope.options.RedisUrl;
import dev.envelope.options.ServerAddress;
import dev.envelope.store.StoreTraffic;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslVerifyMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The servers of a Redis: which of them are there, and which one has a key. Learnt with the first
 * question, and again when a server says that it has changed. Thread-safe.
 */
final class Servers {
  private static final String SEED = "seed ";

  private final RedisClient client;
  private final RedisSettings settings;
  private final Map<String, ConnectionPool> pools = new HashMap<>();
  private Layout layout;
  private final Set<String> known = new LinkedHashSet<>();
  private boolean cluster;
  private boolean reached;

  Servers(RedisClient client, RedisSettings settings) {
    this.client = client;
    this.settings = settings;
  }

  /** Whether any server ever answered; one that never did is probably not there at all. */
  synchronized boolean reached() {
    return reached;
  }

  /** A server is not where it was thought to be: asks again next time. */
  synchronized void forgetLayout() {
    layout = null;
  }

  /** Whether a server that is gone will have a successor. */
  synchronized boolean hasFailover() {
    return settings.url().kind() == RedisUrl.Kind.SENTINEL || cluster;
  }

  /** The name of the server that has a key. */
  String serverOf(byte[] key, String what) throws Trouble {
    return layout(what).serverOf(key);
  }

  /** One server for each part of the keys. */
  List<String> all(String what) throws Trouble {
    return layout(what).all();
  }

  /**
   * A connection for the caller alone.
   *
   * @param server a name as {@link #serverOf} gives it, or a host and a port
   * @param fresh whether a connection that was used before is not wanted
   */
  NodeConnection connect(String server, boolean fresh, String what) throws Trouble {
    NodeConnection connection = pool(server).take(fresh, what);
    synchronized (this) {
      reached = true;
    }
    return connection;
  }

  /** Where connections that listen to a server come from. */
  ConnectionPool listeners(String server) {
    return pool(server);
  }

  private synchronized ConnectionPool pool(String server) {
    ConnectionPool pool = pools.get(server);
    if (pool == null) {
      boolean seed = server.startsWith(SEED);
      boolean replica = settings.readFrom() != RedisReadFrom.MASTER;
      pool =
          new ConnectionPool(
              client,
              seed ? seedUri(Integer.parseInt(server.substring(SEED.length()))) : uri(server),
              seed ? seedName(Integer.parseInt(server.substring(SEED.length()))) : server,
              settings.connectTimeout(),
              settings.commandTimeout(),
              replica && cluster);
      pools.put(server, pool);
    }
    return pool;
  }

  private int seeds() {
    return settings.url().kind() == RedisUrl.Kind.SERVER ? settings.url().addresses().size() : 1;
  }

  private String seedName(int seed) {
    RedisUrl url = settings.url();
    return switch (url.kind()) {
      case SERVER -> url.addresses().get(seed).toString();
      case SOCKET -> url.socket();
      case SENTINEL -> "master " + url.sentinelMaster() + " of Sentinel";
    };
  }

  private RedisURI seedUri(int seed) {
    RedisUrl url = settings.url();
    return switch (url.kind()) {
      case SERVER -> uri(url.addresses().get(seed).host(), url.addresses().get(seed).port());
      case SOCKET -> finish(RedisURI.Builder.socket(url.socket()));
      case SENTINEL -> {
        RedisURI.Builder builder = RedisURI.builder();
        for (ServerAddress address : url.addresses()) {
          RedisURI.Builder sentinel = RedisURI.builder();
          sentinel.withHost(address.host()).withPort(address.port());
          secure(sentinel);
          builder.withSentinel(sentinel.build());
        }
        yield finish(builder.withSentinelMasterId(url.sentinelMaster()));
      }
    };
  }

  private RedisURI uri(String server) {
    int colon = server.lastIndexOf(':');
    String host = server.substring(0, colon);
    return uri(
        host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
        Integer.parseInt(server.substring(colon + 1)));
  }

  private RedisURI uri(String host, int port) {
    return finish(RedisURI.builder().withHost(host).withPort(port));
  }

  private RedisURI finish(RedisURI.Builder builder) {
    builder.withDatabase(settings.database()).withTimeout(settings.connectTimeout());
    if (settings.url().kind() != RedisUrl.Kind.SOCKET) {
      secure(builder);
    }
    String password = settings.resolvePassword();
    if (password != null && settings.username() != null) {
      builder.withAuthentication(settings.username(), password.toCharArray());
    } else if (password != null) {
      builder.withPassword(password.toCharArray());
    }
    builder.withClientName(settings.clientName());
    RedisURI uri = builder.build();
    // Sent after the name in one more command that users of few rights may not have.
    uri.setLibraryName("");
    uri.setLibraryVersion("");
    return uri;
  }

  private void secure(RedisURI.Builder builder) {
    builder.withSsl(settings.url().tls());
    builder.withVerifyPeer(
        switch (settings.tls().verify()) {
          case FULL -> SslVerifyMode.FULL;
          case CA -> SslVerifyMode.CA;
          case NONE -> SslVerifyMode.NONE;
        });
  }

  private Layout layout(String what) throws Trouble {
    synchronized (this) {
      if (layout != null) {
        return layout;
      }
    }
    Layout learnt = learn(what);
    synchronized (this) {
      layout = learnt;
      cluster = learnt.cluster();
      if (cluster) {
        known.clear();
        known.addAll(learnt.all());
      }
    }
    return learnt;
  }

  private Layout learn(String what) throws Trouble {
    List<String> candidates = new ArrayList<>();
    for (int seed = 0; seed < seeds(); seed++) {
      candidates.add(SEED + seed);
    }
    synchronized (this) {
      // The seeds may be gone while the cluster lives on.
      candidates.addAll(known);
    }
    Trouble first = null;
    for (String candidate : candidates) {
      try (NodeConnection connection = connect(candidate, first != null, what)) {
        return learn(candidate, connection, what);
      } catch (Trouble e) {
        // Any seed will do, but a wrong password is wrong everywhere.
        if (e.cure() == Trouble.Cure.NONE) {
          throw e;
        }
        first = first == null ? e : first;
      }
    }
    throw first;
  }

  private Layout learn(String seed, NodeConnection connection, String what) throws Trouble {
    if (isCluster(connection, what)) {
      return Layout.Slots.parse(
          ask(connection, what, Verb.CLUSTER, "SLOTS"),
          connection.server(),
          settings.readFrom(),
          what);
    }
    if (settings.readFrom() == RedisReadFrom.MASTER) {
      return new Layout.Single(seed);
    }
    List<Object> role = ask(connection, what, Verb.ROLE);
    List<String> replicas = Layout.replicasOf(role);
    if (!replicas.isEmpty()) {
      return new Layout.Single(replicas.get(0));
    }
    if (settings.readFrom() == RedisReadFrom.REPLICA && !"slave".equals(Layout.text(role.get(0)))) {
      throw Troubles.fatal(
          new StoreException(
              "Redis at "
                  + connection.server()
                  + " has no replica ("
                  + what
                  + "); set redis-read-from = master or replica-preferred"));
    }
    return new Layout.Single(seed);
  }

  private boolean isCluster(NodeConnection connection, String what) throws Trouble {
    if (settings.url().kind() == RedisUrl.Kind.SENTINEL
        || settings.topology() != RedisTopology.AUTO) {
      return settings.topology() == RedisTopology.CLUSTER;
    }
    List<Object> hello;
    try {
      hello = ask(connection, what, Verb.HELLO);
    } catch (Trouble unknown) {
      if (unknown.cure() == Trouble.Cure.NONE && connection.usable()) {
        // Before version 6, or behind a proxy: then it is to be told.
        return seeds() > 1;
      }
      throw unknown;
    }
    for (int i = 0; i + 1 < hello.size(); i += 2) {
      if ("mode".equals(Layout.text(hello.get(i)))) {
        return "cluster".equals(Layout.text(hello.get(i + 1)));
      }
    }
    return seeds() > 1;
  }

  private static List<Object> ask(
      NodeConnection connection, String what, Verb verb, String... arguments) throws Trouble {
    Reply.Tree reply = new Reply.Tree();
    byte[][] bytes = new byte[arguments.length][];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = arguments[i].getBytes(StandardCharsets.US_ASCII);
    }
    connection.run(Step.of(new Request(verb, reply, bytes)), what, StoreTraffic.NONE);
    return reply.root();
  }

  /** Keeps no connections any more; the ones that there are are closed with the client. */
  synchronized void close() {
    pools.values().forEach(ConnectionPool::close);
  }
}

package dev.envelope.testing.redis;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a server is started with. Not thread-safe; its methods return itself. */
public final class RedisConfig {
  private final List<String> lines = new ArrayList<>();
  private String password;
  private boolean unixSocket;
  private Certificates.KeyPairFiles certificate;
  private Certificates authority;
  private boolean clientCertificates;
  private boolean sentinel;
  private String announce;

  RedisConfig() {}

  /** A line of {@code redis.conf}; see there. */
  public RedisConfig set(String name, String value) {
    lines.add(name + " " + value);
    return this;
  }

  /** The password of the default user. */
  public RedisConfig password(String secret) {
    password = secret;
    return set("requirepass", quoted(secret));
  }

  /**
   * One more user.
   *
   * @param rules what he may, such as {@code ~cache:* +get +getrange}
   */
  public RedisConfig user(String name, String secret, String rules) {
    return set("user", name + " on " + quoted(">" + secret) + " " + rules);
  }

  /** Listens on {@link RedisServer#unixSocket} too. */
  public RedisConfig unixSocket() {
    unixSocket = true;
    return this;
  }

  /**
   * Speaks TLS on a port of its own.
   *
   * @param authority who must have signed clients' certificates
   * @param certificate the server's
   */
  public RedisConfig tls(Certificates authority, Certificates.KeyPairFiles certificate) {
    this.authority = authority;
    this.certificate = certificate;
    return this;
  }

  /** Clients on the TLS port must show a certificate. */
  public RedisConfig clientCertificates() {
    clientCertificates = true;
    return this;
  }

  /** Copies another server, and knows its password. */
  public RedisConfig replicaOf(RedisServer master) {
    return set("replicaof", "127.0.0.1 " + master.announcedPort());
  }

  /**
   * Puts a proxy before the server, {@link RedisServer#proxy}, and lets the server announce the
   * proxy's port as its own.
   *
   * @param directive how: {@code cluster-announce-port} or {@code replica-announce-port}
   */
  public RedisConfig behindProxy(String directive) {
    announce = directive;
    return this;
  }

  RedisConfig sentinel() {
    sentinel = true;
    return this;
  }

  /** Starts the server; the caller closes it. */
  public RedisServer start() {
    return RedisServer.start(this);
  }

  String password() {
    return password;
  }

  boolean isProxied() {
    return announce != null;
  }

  boolean isTls() {
    return certificate != null;
  }

  boolean isSentinel() {
    return sentinel;
  }

  static Path unixSocketIn(Path directory) {
    return directory.resolve("redis.sock");
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  List<String> lines(RedisBinary binary, Path directory, int port, int tlsPort, int announced) {
    List<String> all = new ArrayList<>();
    all.add("bind 127.0.0.1");
    all.add("port " + port);
    all.add("daemonize no");
    all.add("dir " + directory);
    if (!sentinel) {
      all.add("save \"\"");
      all.add("appendonly no");
      // A replica is brought up in no time this way, and nothing touches the disk.
      all.add("repl-diskless-sync yes");
      all.add("repl-diskless-sync-delay 0");
      if (binary.atLeast(7, 0)) {
        all.add("enable-debug-command yes");
      }
    }
    if (announce != null) {
      all.add(announce + " " + announced);
    }
    if (unixSocket) {
      all.add("unixsocket " + unixSocketIn(directory));
    }
    if (certificate != null) {
      all.add("tls-port " + tlsPort);
      all.add("tls-cert-file " + certificate.certificate());
      all.add("tls-key-file " + certificate.key());
      all.add("tls-ca-cert-file " + authority.authorityFile());
      all.add("tls-auth-clients " + (clientCertificates ? "yes" : "no"));
    }
    all.addAll(lines);
    return all;
  }
}

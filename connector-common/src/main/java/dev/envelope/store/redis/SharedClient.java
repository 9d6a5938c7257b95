package dev.envelope.store.redis;

import dev.envelope.InvalidOptionException;
import dev.envelope.options.Option;
import dev.envelope.options.RedisOptions;
import dev.envelope.options.RedisSettings;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.resolver.DefaultAddressResolverGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * What all stores of one configuration in this JVM share: threads and connections. Closed a few
 * seconds after the last one is, so that the next task finds it warm. Thread-safe.
 *
 * <p>All threads are daemons, so the end of the JVM needs no hook (which would keep a class loader
 * of an engine alive): the system closes the sockets.
 */
final class SharedClient {
  /** How long nobody may use it before it is closed. */
  private static final long LINGER_SECONDS = 3;

  /** More than threads need that have nothing left to do. */
  private static final int MOST_WAIT_SECONDS = 5;

  /**
   * What one read of a socket may bring, in bytes. Pulls are as fast with 64 KB as with 1 MB, of
   * which each connection would hold one.
   */
  private static final int RECEIVE_BUFFER = 128 << 10;

  /** More threads gain nothing: each moves more than a network card does. */
  private static final int IO_THREADS = 4;

  private static final Map<RedisSettings, SharedClient> CLIENTS = new HashMap<>();
  private static final ScheduledThreadPoolExecutor CLOSER = newCloser();

  private final RedisSettings settings;
  private final ClientResources resources;
  private final RedisClient client;
  private final Servers servers;
  private int users;
  private long generation;

  private SharedClient(RedisSettings settings) {
    this.settings = settings;
    // First, because it may be refused, and then there is nothing to close.
    ClientOptions options = options(settings);
    this.resources = newResources();
    this.client = RedisClient.create(resources);
    client.setOptions(options);
    this.servers = new Servers(client, settings);
  }

  /** The client of a configuration, which the caller gives back by {@link #release}. */
  static SharedClient acquire(RedisSettings settings) {
    synchronized (CLIENTS) {
      SharedClient client = CLIENTS.computeIfAbsent(settings, SharedClient::new);
      client.users++;
      client.generation++;
      return client;
    }
  }

  void release() {
    synchronized (CLIENTS) {
      if (--users == 0) {
        long seen = generation;
        var unused = CLOSER.schedule(() -> closeUnlessUsed(seen), LINGER_SECONDS, TimeUnit.SECONDS);
      }
    }
  }

  private void closeUnlessUsed(long seen) {
    synchronized (CLIENTS) {
      if (users > 0 || generation != seen) {
        return;
      }
      CLIENTS.remove(settings);
    }
    // The last thread ends by itself a moment later.
    var unused = close();
  }

  private Future<Boolean> close() {
    servers.close();
    client.shutdown(0, 2, TimeUnit.SECONDS);
    // Not made by the client, so not ended by it.
    return resources.shutdown(0, 2, TimeUnit.SECONDS);
  }

  /**
   * Closes now what nobody uses, and waits until its threads have ended; one of Netty's and the
   * closer's end by themselves a second later.
   */
  static void closeIdle() {
    List<SharedClient> idle = new ArrayList<>();
    synchronized (CLIENTS) {
      CLIENTS.values().stream().filter(client -> client.users == 0).forEach(idle::add);
      CLIENTS.values().removeAll(idle);
    }
    List<Future<Boolean>> ends = idle.stream().map(SharedClient::close).toList();
    ends.forEach(end -> end.awaitUninterruptibly(MOST_WAIT_SECONDS, TimeUnit.SECONDS));
    CLOSER.getQueue().clear();
  }

  Servers servers() {
    return servers;
  }

  private static ScheduledThreadPoolExecutor newCloser() {
    ScheduledThreadPoolExecutor closer =
        new ScheduledThreadPoolExecutor(1, new DefaultThreadFactory("envelope-redis-closer", true));
    // The thread goes when there is nothing to close.
    closer.setKeepAliveTime(1, TimeUnit.SECONDS);
    closer.allowCoreThreadTimeOut(true);
    return closer;
  }

  private static ClientResources newResources() {
    int cores = Runtime.getRuntime().availableProcessors();
    return DefaultClientResources.builder()
        // Lettuce takes two at least for either.
        .ioThreadPoolSize(Math.max(2, Math.min(IO_THREADS, cores)))
        .computationThreadPoolSize(2)
        .threadFactoryProvider(pool -> new DefaultThreadFactory("envelope-redis-" + pool, true))
        .addressResolverGroup(DefaultAddressResolverGroup.INSTANCE)
        .commandLatencyRecorder(io.lettuce.core.metrics.CommandLatencyRecorder.disabled())
        .nettyCustomizer(
            new NettyCustomizer() {
              @Override
              public void afterBootstrapInitialized(Bootstrap bootstrap) {
                bootstrap.option(
                    ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(RECEIVE_BUFFER));
              }
            })
        .build();
  }

  private static ClientOptions options(RedisSettings settings) {
    ClientOptions.Builder options =
        ClientOptions.builder()
            // A failure is ours to see and to retry: nothing is sent again behind our back.
            .autoReconnect(false)
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .requestQueueSize(2 * RedisStore.BULK_WINDOW)
            // HELLO is not everywhere, and nothing of version 3 is used.
            .protocolVersion(ProtocolVersion.RESP2)
            .timeoutOptions(TimeoutOptions.create())
            .socketOptions(
                SocketOptions.builder()
                    .connectTimeout(settings.connectTimeout())
                    .keepAlive(true)
                    .tcpNoDelay(true)
                    .build());
    if (settings.url().tls()) {
      options.sslOptions(sslOptions(settings));
    }
    return options.build();
  }

  private static SslOptions sslOptions(RedisSettings settings) {
    SslOptions.Builder ssl =
        SslOptions.builder().jdkSslProvider().handshakeTimeout(settings.connectTimeout());
    RedisSettings.Tls tls = settings.tls();
    requireFile(RedisOptions.TLS_CA_FILE, tls.caFile());
    requireFile(RedisOptions.TLS_CERTIFICATE_FILE, tls.certificateFile());
    requireFile(RedisOptions.TLS_KEY_FILE, tls.keyFile());
    if (tls.caFile() != null) {
      ssl.trustManager(new File(tls.caFile()));
    }
    if (tls.certificateFile() != null) {
      ssl.keyManager(new File(tls.certificateFile()), new File(tls.keyFile()), new char[0]);
    }
    SslOptions options = ssl.build();
    try {
      // Tried here, because the client would take what is in the files for a failed connection.
      options.createSslContextBuilder().build();
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new InvalidOptionException(
          "options 'redis-tls-ca-file', 'redis-tls-certificate-file' and 'redis-tls-key-file': "
              + e.getMessage()
              + "; give files in PEM, the key as PKCS 8 without a password",
          e);
    }
    return options;
  }

  private static void requireFile(Option<?> option, String file) {
    if (file != null && !Files.isReadable(Path.of(file))) {
      throw new InvalidOptionException(
          "option '%s': the file '%s' is not there or cannot be read; it must be for the driver and"
                  .formatted(option, file)
              + " all executors");
    }
  }
}

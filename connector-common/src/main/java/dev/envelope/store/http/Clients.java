package dev.envelope.store.http;

import dev.envelope.InvalidOptionException;
import dev.envelope.options.HttpOptions;
import dev.envelope.options.HttpSettings;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The clients of this JVM, each with its thread and its connections, shared by the stores that are
 * reached alike. A client knows no key of an API. It ends by itself when no store holds it and it
 * was collected. Thread-safe.
 */
final class Clients {
  /** What a client is made by; the file of authorities as it was then. */
  private record Kind(boolean tls, String caFile, FileTime caTime, Duration connectTimeout) {}

  private static final Map<Kind, WeakReference<HttpClient>> CLIENTS = new HashMap<>();

  private Clients() {}

  /** A client, which ends some time after the caller has forgotten it. */
  static HttpClient of(HttpSettings settings) {
    Kind kind =
        new Kind(
            settings.url().tls(),
            settings.caFile(),
            settings.caFile() == null ? null : time(Path.of(settings.caFile())),
            settings.connectTimeout());
    synchronized (CLIENTS) {
      CLIENTS.values().removeIf(client -> client.get() == null);
      WeakReference<HttpClient> known = CLIENTS.get(kind);
      HttpClient client = known == null ? null : known.get();
      if (client == null) {
        client = client(kind);
        CLIENTS.put(kind, new WeakReference<>(client));
      }
      return client;
    }
  }

  private static HttpClient client(Kind kind) {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(kind.connectTimeout)
            // Without TLS, version 2 begins with an upgrade that some servers do not know.
            .version(kind.tls ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1);
    if (kind.caFile != null) {
      builder.sslContext(trusting(Path.of(kind.caFile)));
    }
    return builder.build();
  }

  private static FileTime time(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw unusable(file, e);
    }
  }

  private static SSLContext trusting(Path file) {
    try (InputStream pem = Files.newInputStream(file)) {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      int count = 0;
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
        trusted.setCertificateEntry("authority-" + count++, one);
      }
      if (count == 0) {
        throw new IOException("it holds no certificate");
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw unusable(file, e);
    }
  }

  private static InvalidOptionException unusable(Path file, Exception e) {
    return new InvalidOptionException(
        "option '%s': the file '%s' cannot be used (%s); give certificates in PEM, in a file that is"
                .formatted(HttpOptions.TLS_CA_FILE, file, e.getMessage())
            + " there for the driver and all executors",
        e);
  }
}

package dev.envelope.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.envelope.testing.redis.Certificates;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * What the hosted API does with {@code GET /v1/cache/KEY}, on 127.0.0.1, by the HTTP server of the
 * JDK; and, when asked for, what servers do that are out of order.
 */
public final class HttpApi implements AutoCloseable {
  /** The only key that is let in. */
  public static final String API_KEY = "ck_live_hunter2";

  /** Answers one request in the place of the API. */
  public interface Fault {
    /** Sends whatever it likes; the exchange is closed afterwards. */
    void answer(HttpExchange exchange) throws IOException;
  }

  private final Map<String, byte[]> values = new ConcurrentHashMap<>();
  private final Deque<Fault> faults = new ConcurrentLinkedDeque<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final SSLContext tls;
  private final int port;
  private ExecutorService threads;
  private HttpServer server;

  /** Without TLS. */
  public HttpApi() {
    this(null);
  }

  /** With TLS, and this certificate. */
  public HttpApi(Certificates.KeyPairFiles certificate) {
    this.tls = certificate == null ? null : context(certificate);
    begin(0);
    this.port = server.getAddress().getPort();
  }

  private void begin(int wanted) {
    try {
      InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted);
      if (tls == null) {
        server = HttpServer.create(address, 0);
      } else {
        HttpsServer secure = HttpsServer.create(address, 0);
        secure.setHttpsConfigurator(new HttpsConfigurator(tls));
        server = secure;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads = Executors.newCachedThreadPool();
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  private static SSLContext context(Certificates.KeyPairFiles files) {
    try (InputStream pem = Files.newInputStream(files.certificate())) {
      Certificate certificate = CertificateFactory.getInstance("X.509").generateCertificate(pem);
      String key = Files.readString(files.key()).replaceAll("-----[A-Z ]+-----", "");
      PrivateKey secret =
          KeyFactory.getInstance("EC")
              .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(key)));
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("server", secret, new char[0], new Certificate[] {certificate});
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI().getRawPath());
      Fault fault = faults.poll();
      if (fault != null) {
        fault.answer(exchange);
        return;
      }
      String path = exchange.getRequestURI().getPath();
      List<String> allowed = exchange.getRequestHeaders().get("Authorization");
      if (!List.of("Bearer " + API_KEY).equals(allowed)) {
        exchange.sendResponseHeaders(401, -1);
      } else if (!path.startsWith("/v1/cache/") || !values.containsKey(path.substring(10))) {
        exchange.sendResponseHeaders(404, -1);
      } else {
        send(exchange, values.get(path.substring(10)));
      }
    }
  }

  /** A body with its length. */
  public static void send(HttpExchange exchange, byte[] body) throws IOException {
    exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  /** A body in chunks, without its length. */
  public static void sendChunked(HttpExchange exchange, byte[] body) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  /** Answers the next request, or one more after those that were given before. */
  public void next(Fault fault) {
    faults.add(fault);
  }

  /** Answers the next requests with a status and nothing else. */
  public void next(int status, int times) {
    for (int i = 0; i < times; i++) {
      next(exchange -> exchange.sendResponseHeaders(status, -1));
    }
  }

  /** Stores a value. */
  public void put(String key, byte[] value) {
    values.put(key, value.clone());
  }

  /** Takes a value away. */
  public void remove(String key) {
    values.remove(key);
  }

  /** Forgets all values and all that was asked of it. */
  public void clear() {
    values.clear();
    faults.clear();
    requests.clear();
  }

  /** Method and path of all requests. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  /** {@code http://127.0.0.1:PORT}. */
  public String url() {
    return (tls == null ? "http" : "https") + "://127.0.0.1:" + port;
  }

  /** Nobody listens any more. */
  public void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  /** Listens on the same port again. */
  public void start() {
    begin(port);
  }

  @Override
  public void close() {
    stop();
  }

  /** The text of a page that is no value. */
  public static byte[] page() {
    return "<html>not here</html>".getBytes(StandardCharsets.UTF_8);
  }
}

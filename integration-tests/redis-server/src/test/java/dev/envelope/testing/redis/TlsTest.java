package dev.envelope.testing.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The certificates are good and bad as they say, and the server shows and demands them. */
final class TlsTest {
  private static Certificates authority;

  @BeforeAll
  static void make() {
    authority = Certificates.authority("test authority");
  }

  @AfterAll
  static void delete() {
    authority.close();
    assertTrue(Files.notExists(authority.authorityFile()));
  }

  private static Certificate certificate(Path pem) throws Exception {
    try (InputStream in = Files.newInputStream(pem)) {
      return CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private static PrivateKey key(Path pem) throws Exception {
    String body = Files.readString(pem).replaceAll("-----[A-Z ]+-----", "");
    return KeyFactory.getInstance("EC")
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(body)));
  }

  /** What the server says to a ping over TLS with host check. */
  private static String ping(
      RedisServer server, Certificates trusted, Certificates.KeyPairFiles own) throws Exception {
    KeyStore trust = KeyStore.getInstance("PKCS12");
    trust.load(null, null);
    trust.setCertificateEntry("ca", certificate(trusted.authorityFile()));
    TrustManagerFactory trustManagers = TrustManagerFactory.getInstance("PKIX");
    trustManagers.init(trust);
    KeyStore identity = KeyStore.getInstance("PKCS12");
    identity.load(null, null);
    if (own != null) {
      identity.setKeyEntry(
          "own", key(own.key()), new char[0], new Certificate[] {certificate(own.certificate())});
    }
    KeyManagerFactory keyManagers = KeyManagerFactory.getInstance("PKIX");
    keyManagers.init(identity, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
    try (SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(Ports.loopback(), server.tlsPort())) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
      socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readNBytes(7), StandardCharsets.US_ASCII).strip();
    }
  }

  @Test
  void aGoodCertificateIsTrustedByThoseWhoKnowTheAuthority() throws Exception {
    try (RedisServer server = RedisServer.with().tls(authority, authority.server()).start();
        Certificates other = Certificates.authority("another one")) {
      assertEquals("+PONG", ping(server, authority, null));
      assertThrows(SSLHandshakeException.class, () -> ping(server, other, null));
      try (FaultProxy proxy = FaultProxy.before(server.tlsPort())) {
        assertTrue(proxy.port() > 0);
      }
    }
  }

  @Test
  void badCertificatesAreNotTrusted() throws Exception {
    try (RedisServer expired = RedisServer.with().tls(authority, authority.expired()).start();
        RedisServer named =
            RedisServer.with().tls(authority, authority.serverNamed("cache.test")).start()) {
      String why =
          assertThrows(SSLException.class, () -> ping(expired, authority, null)).getMessage();
      assertTrue(why.contains("validity check failed"), why);
      why = assertThrows(SSLException.class, () -> ping(named, authority, null)).getMessage();
      assertTrue(why.contains("127.0.0.1"), why);
    }
  }

  @Test
  void clientsMayHaveToShowOne() throws Exception {
    try (RedisServer server =
        RedisServer.with().tls(authority, authority.server()).clientCertificates().start()) {
      assertEquals("+PONG", ping(server, authority, authority.client("reader")));
      assertThrows(
          Exception.class,
          () -> {
            String reply = ping(server, authority, null);
            if (reply.isEmpty()) {
              throw new SocketException("closed");
            }
          });
    }
  }
}

package dev.envelope.testing.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * An authority of its own, made up on the spot, and the certificates it signs: PEM files in a
 * temporary directory, which {@link #close} deletes. Not thread-safe.
 */
public final class Certificates implements AutoCloseable {
  private static final Duration VALID = Duration.ofHours(1);

  private final Path directory;
  private final KeyPair authority;
  private final X500Name name;
  private final Path authorityFile;
  private int serial;

  /**
   * A certificate and its key.
   *
   * @param certificate PEM
   * @param key PEM, PKCS #8, not encrypted
   */
  public record KeyPairFiles(Path certificate, Path key) {}

  private Certificates(String authorityName)
      throws IOException, GeneralSecurityException, OperatorCreationException {
    directory = Files.createTempDirectory("certificates-");
    authority = keys();
    name = new X500Name("CN=" + authorityName);
    Instant now = Instant.now();
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            name,
            BigInteger.valueOf(++serial),
            Date.from(now.minus(VALID)),
            Date.from(now.plus(VALID)),
            name,
            authority.getPublic());
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
    authorityFile = pem("ca.crt", "CERTIFICATE", signed(builder).getEncoded());
  }

  /** A new authority. */
  public static Certificates authority(String name) {
    try {
      return new Certificates(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The authority's own certificate, PEM. */
  public Path authorityFile() {
    return authorityFile;
  }

  /** For a server on 127.0.0.1, also called localhost; valid now. */
  public KeyPairFiles server() {
    return issue("server", now(-VALID.toMinutes()), now(VALID.toMinutes()), loopback());
  }

  /** For the same, but it expired a minute ago. */
  public KeyPairFiles expired() {
    return issue("expired", now(-VALID.toMinutes()), now(-1), loopback());
  }

  /** For a server of that name, and no other. */
  public KeyPairFiles serverNamed(String host) {
    return issue(
        host,
        now(-VALID.toMinutes()),
        now(VALID.toMinutes()),
        List.of(new GeneralName(GeneralName.dNSName, host)));
  }

  /** For a client. */
  public KeyPairFiles client(String clientName) {
    return issue(clientName, now(-VALID.toMinutes()), now(VALID.toMinutes()), List.of());
  }

  private static Instant now(long minutes) {
    return Instant.now().plus(Duration.ofMinutes(minutes));
  }

  private static List<GeneralName> loopback() {
    return List.of(
        new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
        new GeneralName(GeneralName.dNSName, "localhost"));
  }

  private KeyPairFiles issue(
      String subject, Instant from, Instant to, List<GeneralName> alternativeNames) {
    try {
      KeyPair keys = keys();
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              name,
              BigInteger.valueOf(++serial),
              Date.from(from),
              Date.from(to),
              new X500Name("CN=" + subject),
              keys.getPublic());
      if (!alternativeNames.isEmpty()) {
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(alternativeNames.toArray(GeneralName[]::new)));
      }
      return new KeyPairFiles(
          pem(serial + ".crt", "CERTIFICATE", signed(builder).getEncoded()),
          pem(serial + ".key", "PRIVATE KEY", keys.getPrivate().getEncoded()));
    } catch (CertIOException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair keys() throws GeneralSecurityException {
    // Elliptic curves: made in no time.
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private X509CertificateHolder signed(JcaX509v3CertificateBuilder builder)
      throws OperatorCreationException {
    return builder.build(
        new JcaContentSignerBuilder("SHA256withECDSA").build(authority.getPrivate()));
  }

  private Path pem(String file, String type, byte[] bytes) throws IOException {
    String body =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(bytes);
    return Files.writeString(
        directory.resolve(file),
        "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n");
  }

  /** Deletes the files. */
  @Override
  public void close() {
    ServerProcess.delete(directory);
  }
}

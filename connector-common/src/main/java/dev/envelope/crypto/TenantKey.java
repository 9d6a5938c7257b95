package dev.envelope.crypto;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;

/**
 * The key that a tenant's payloads are encrypted with, derived from a master key. Owned by whoever
 * derived it; {@link #close} wipes it.
 *
 * <p>The constants are those of cachekit's protocol: HKDF-SHA256 with the salt {@code
 * cachekit_v1_}, the domain and the tenant behind their lengths, and the domain as info; the
 * fingerprint is the first half of a SHA-256.
 */
final class TenantKey implements AutoCloseable {
  static final int LENGTH = 32;

  private static final byte[] SALT = ascii("cachekit_v1_");
  private static final byte[] DOMAIN = ascii("encryption");
  private static final byte[] FINGERPRINT = ascii("key_fingerprint_v1");
  private static final int FINGERPRINT_LENGTH = 16;

  private final byte[] key;

  private TenantKey(byte[] key) {
    this.key = key;
  }

  /** The longest tenant whose length fits into the salt. */
  static final int LONGEST_TENANT = 0xFFFF;

  static TenantKey derive(byte[] masterKey, byte[] tenant) {
    ByteBuffer salt =
        ByteBuffer.allocate(SALT.length + 1 + DOMAIN.length + Short.BYTES + tenant.length)
            .put(SALT)
            .put((byte) DOMAIN.length)
            .put(DOMAIN)
            .putShort((short) tenant.length)
            .put(tenant);
    HKDFBytesGenerator hkdf = new HKDFBytesGenerator(new SHA256Digest());
    hkdf.init(new HKDFParameters(masterKey, salt.array(), DOMAIN));
    byte[] key = new byte[LENGTH];
    hkdf.generateBytes(key, 0, LENGTH);
    return new TenantKey(key);
  }

  /** What a header names the key by. */
  String fingerprint() {
    MessageDigest sha256 = sha256();
    sha256.update(FINGERPRINT);
    sha256.update(key);
    return HexFormat.of().formatHex(sha256.digest(), 0, FINGERPRINT_LENGTH);
  }

  /** The key itself, valid until this is closed. */
  byte[] bytes() {
    return key;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() {
    Arrays.fill(key, (byte) 0);
  }
}

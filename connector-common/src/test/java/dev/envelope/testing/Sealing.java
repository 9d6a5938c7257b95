package dev.envelope.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts and decrypts payloads as cachekit does, by the JDK alone and apart from the connector.
 *
 * @param masterKey the master key in hex
 * @param tenant the tenant
 * @param components the parts of the authenticated data after the tenant
 */
public record Sealing(String masterKey, String tenant, List<String> components) {
  private static final int NONCE = 12;

  /** What a sound payload holds. */
  public byte[] open(byte[] payload) {
    return run(Cipher.DECRYPT_MODE, Arrays.copyOf(payload, NONCE), payload, NONCE);
  }

  /** A payload. The nonce is the tests' own, always the same. */
  public byte[] seal(byte[] plain) {
    byte[] nonce = "testing only".getBytes(StandardCharsets.US_ASCII);
    byte[] sealed = run(Cipher.ENCRYPT_MODE, nonce, plain, 0);
    return ByteBuffer.allocate(NONCE + sealed.length).put(nonce).put(sealed).array();
  }

  private byte[] run(int mode, byte[] nonce, byte[] bytes, int from) {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      SecretKeySpec key = new SecretKeySpec(tenantKey(), "AES");
      cipher.init(mode, key, new GCMParameterSpec(128, nonce));
      cipher.updateAAD(authenticated());
      return cipher.doFinal(bytes, from, bytes.length - from);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private byte[] authenticated() {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    data.write(3);
    part(data, tenant);
    components.forEach(component -> part(data, component));
    return data.toByteArray();
  }

  private static void part(ByteArrayOutputStream data, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    data.writeBytes(ByteBuffer.allocate(4).putInt(bytes.length).array());
    data.writeBytes(bytes);
  }

  /** HKDF-SHA256; one block is enough for 32 bytes. */
  private byte[] tenantKey() throws GeneralSecurityException {
    byte[] purpose = "encryption".getBytes(StandardCharsets.US_ASCII);
    byte[] id = tenant.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream salt = new ByteArrayOutputStream();
    salt.writeBytes("cachekit_v1_".getBytes(StandardCharsets.US_ASCII));
    salt.write(purpose.length);
    salt.writeBytes(purpose);
    salt.writeBytes(ByteBuffer.allocate(2).putShort((short) id.length).array());
    salt.writeBytes(id);
    byte[] extracted = mac(salt.toByteArray(), HexFormat.of().parseHex(masterKey));
    byte[] info = Arrays.copyOf(purpose, purpose.length + 1);
    info[purpose.length] = 1;
    return mac(extracted, info);
  }

  private static byte[] mac(byte[] key, byte[] data) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(data);
  }
}

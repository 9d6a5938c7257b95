package dev.envelope.crypto;

import dev.envelope.AuthenticationException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.memory.AllocatedRegion;
import dev.envelope.memory.Region;
import dev.envelope.memory.RegionMemory;
import dev.envelope.options.KeySettings;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.function.Supplier;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.apache.arrow.memory.ArrowBuf;

/**
 * Decrypts payloads (AES-256-GCM: a nonce of 12 bytes, the ciphertext, a tag of 16) with the keys
 * of one reader, which are loaded when the first one is needed and wiped by {@link #close}.
 *
 * <p>Where only one key and one binding come into question, or the payload can be pulled again, it
 * is decrypted where it lies: no memory of its size is taken. Thread-safe.
 */
public final class Decryptor implements AutoCloseable {
  /** How long a payload's nonce is. */
  public static final int NONCE = 12;

  /** How long its tag is. */
  public static final int TAG = 16;

  private final KeySettings settings;
  private Keyring keyring;
  private int lastBinding;

  /** Loads no key yet. */
  public Decryptor(KeySettings settings) {
    this.settings = settings;
  }

  /**
   * A decrypted payload.
   *
   * @param region what it lies in, up to the region's end; the caller's to close
   * @param offset where it starts
   */
  public record Plaintext(Region region, long offset) {}

  /**
   * Whether there is a key: a reader that was given one takes no plaintext for granted.
   *
   * @throws dev.envelope.InvalidOptionException when keys cannot be loaded
   */
  public synchronized boolean hasKeys() {
    return !keyring().isEmpty();
  }

  private Keyring keyring() {
    if (keyring == null) {
      keyring = Keyring.load(settings);
    }
    return keyring;
  }

  /**
   * Decrypts a payload. Nothing of it can be seen before its tag has passed.
   *
   * @param sealed what it lies in, up to its end; taken over, also when this fails
   * @param payload where it starts, with its nonce
   * @param fingerprint the key that it names, or null
   * @param bindings what it may be bound to, likelier ones first; one tenant's
   * @param memory for payloads that cannot be decrypted where they lie
   * @param again pulls the same bytes into a region like {@code sealed}; null where that cannot be
   *     done
   * @throws AuthenticationException when no key is there, or none opens it
   */
  public synchronized Plaintext decrypt(
      Region sealed,
      long payload,
      String fingerprint,
      List<Binding> bindings,
      RegionMemory memory,
      Supplier<Region> again) {
    Region source = sealed;
    try {
      String tenant = bindings.get(0).tenant();
      if (keyring().isEmpty()) {
        throw new AuthenticationException(
            "it is encrypted (tenant '"
                + tenant
                + "') and no master key was given; give it by master-key-secret-file,"
                + " master-key-secret, master-key-provider or CACHEKIT_MASTER_KEY");
      }
      if (sealed.size() - payload > Integer.MAX_VALUE) {
        throw new UnsupportedEntryException(
            "it is encrypted and has " + (sealed.size() - payload) + " bytes; 2^31 - 1 are read");
      }
      List<TenantKey> keys = keyring().candidates(tenant, fingerprint);
      try {
        boolean one = keys.size() == 1 && bindings.size() == 1;
        boolean inPlace = source instanceof AllocatedRegion && (one || again != null);
        int tried = 0;
        for (TenantKey key : keys) {
          for (int i = 0; i < bindings.size(); i++) {
            // What the entry before was bound by is likely to bind this one.
            int which = (lastBinding + i) % bindings.size();
            if (inPlace && tried++ > 0) {
              source.close();
              source = again.get();
            }
            byte[] bound = bindings.get(which).bytes();
            Plaintext plain =
                inPlace
                    ? inPlace((AllocatedRegion) source, payload, key, bound)
                    : aside(source, payload, key, bound, memory);
            if (plain != null) {
              lastBinding = which;
              source = inPlace ? null : source;
              return plain;
            }
          }
        }
      } finally {
        keys.forEach(TenantKey::close);
      }
      throw new AuthenticationException(
          "it does not pass its authentication: it was altered, or moved from another key or tenant,"
              + " or is encrypted by another key"
              + (fingerprint == null ? "" : " than its fingerprint says"));
    } finally {
      if (source != null) {
        source.close();
      }
    }
  }

  /** Null where the tag does not fit; the region's content is lost then. */
  private static Plaintext inPlace(
      AllocatedRegion region, long payload, TenantKey key, byte[] bound) {
    int length = (int) (region.size() - payload - NONCE);
    try (ArrowBuf bytes = region.view(payload + NONCE, length)) {
      byte[] nonce = region.copy(payload, NONCE, "nonce").array();
      ByteBuffer target = bytes.nioBuffer(0, length);
      if (!open(key, nonce, bound, bytes.nioBuffer(0, length), target)) {
        return null;
      }
    }
    return new Plaintext(region.shortenedTo(region.size() - TAG), payload + NONCE);
  }

  /** The same into memory of its own; the source stays as it is, and the caller's. */
  private static Plaintext aside(
      Region source, long payload, TenantKey key, byte[] bound, RegionMemory memory) {
    int length = (int) (source.size() - payload - NONCE);
    // The checksum comes first in most payloads, and what follows should be aligned.
    AllocatedRegion region = memory.allocate(length - TAG, Long.BYTES);
    boolean opened = false;
    try (ArrowBuf from = source.view(payload + NONCE, length);
        ArrowBuf to = region.view(0, length - TAG)) {
      byte[] nonce = source.copy(payload, NONCE, "nonce").array();
      opened = open(key, nonce, bound, from.nioBuffer(0, length), to.nioBuffer(0, length - TAG));
      return opened ? new Plaintext(region, 0) : null;
    } finally {
      if (!opened) {
        region.close();
      }
    }
  }

  /** One call for all: in pieces the cipher would buffer the whole plaintext until the tag. */
  private static boolean open(
      TenantKey key, byte[] nonce, byte[] bound, ByteBuffer from, ByteBuffer to) {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(
          Cipher.DECRYPT_MODE,
          new SecretKeySpec(key.bytes(), "AES"),
          new GCMParameterSpec(TAG * Byte.SIZE, nonce));
      cipher.updateAAD(bound);
      cipher.doFinal(from, to);
      return true;
    } catch (AEADBadTagException e) {
      // Not an error yet: another key or binding may come into question.
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM does not work in this Java", e);
    }
  }

  @Override
  public synchronized void close() {
    if (keyring != null) {
      keyring.close();
      keyring = null;
    }
  }
}

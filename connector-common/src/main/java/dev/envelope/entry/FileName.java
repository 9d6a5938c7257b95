package dev.envelope.entry;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.bouncycastle.crypto.digests.Blake2bDigest;

/**
 * The name under which cachekit's file cache keeps an entry: 32 lower-case hexadecimal characters,
 * the BLAKE2b digest of 16 bytes (not a cut longer one) of the key in UTF-8.
 *
 * <p>One way only: a file does not hold its key, so a name cannot be turned back.
 */
public final class FileName {
  /** How many characters every name has. */
  public static final int LENGTH = 32;

  /** In bits, as Bouncy Castle counts; cachekit's {@code digest_size=16}. */
  private static final int DIGEST_BITS = LENGTH / 2 * Byte.SIZE;

  private FileName() {}

  /**
   * The name of a key's file.
   *
   * @param key the cache key, without any prefix that another store adds
   */
  public static String of(String key) {
    byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
    Blake2bDigest blake2b = new Blake2bDigest(DIGEST_BITS);
    blake2b.update(bytes, 0, bytes.length);
    byte[] digest = new byte[LENGTH / 2];
    blake2b.doFinal(digest, 0);
    return HexFormat.of().formatHex(digest);
  }
}

package dev.envelope.memory;

import com.dynatrace.hash4j.hashing.Hasher32;
import com.dynatrace.hash4j.hashing.Hashing;

/**
 * XXH32 with seed 0, the checksum inside LZ4 frames, over memory given by its address.
 *
 * <p>Thread-safe. Addresses are raw: the caller vouches for {@code length} readable bytes.
 */
public final class Xxh32 {
  private static final Hasher32 HASHER = Hashing.xxh32();

  private Xxh32() {}

  /**
   * The hash of the bytes at an address.
   *
   * @param address where the bytes start; any alignment
   * @param length how many bytes, 0 or more
   */
  public static int hash(long address, long length) {
    if (length < 0) {
      throw new IllegalArgumentException("length " + length + " is negative");
    }
    return HASHER.hashBytesToInt(null, address, length, RawAccess.INSTANCE);
  }
}

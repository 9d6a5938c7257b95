package dev.envelope.memory;

import com.dynatrace.hash4j.hashing.HashStream64;
import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;

/**
 * XXH3 with 64 bits and seed 0, the checksum of cachekit, over memory given by its address.
 *
 * <p>The static methods hash one contiguous range. An instance hashes a range that arrives in
 * pieces, such as the windows of a mapped file: the digest depends on the bytes alone, not on where
 * they were cut. No range is copied and none is retained. An instance is not thread-safe; the
 * static methods are.
 *
 * <p>Addresses are raw: the caller vouches for {@code length} readable bytes at each. The machine
 * must be little-endian and read unaligned words, as x86-64 and AArch64 do.
 */
public final class Xxh3 {
  // The library's own loops, not ours: a hand-unrolled one was miscompiled by C2 of JDK 17.
  private static final Hasher64 HASHER = Hashing.xxh3_64();

  private final HashStream64 stream = HASHER.hashStream();

  private Xxh3() {}

  /** A hash of nothing yet, to be fed by {@link #update}. */
  public static Xxh3 start() {
    return new Xxh3();
  }

  /**
   * The hash of the bytes at an address.
   *
   * @param address where the bytes start; any alignment
   * @param length how many bytes, 0 or more
   */
  public static long hash(long address, long length) {
    checkLength(length);
    return HASHER.hashBytesToLong(null, address, length, RawAccess.INSTANCE);
  }

  /** The hash of an array's bytes. */
  public static long hash(byte[] bytes) {
    return HASHER.hashBytesToLong(bytes);
  }

  /**
   * Appends the bytes at an address to what is being hashed.
   *
   * @param address where the bytes start; any alignment; free to be changed after the call
   * @param length how many bytes, 0 or more
   * @return this
   */
  public Xxh3 update(long address, long length) {
    checkLength(length);
    stream.putBytes(null, address, length, RawAccess.INSTANCE);
    return this;
  }

  /** The hash of all bytes so far; more may be appended afterwards. */
  public long digest() {
    return stream.getAsLong();
  }

  private static void checkLength(long length) {
    if (length < 0) {
      throw new IllegalArgumentException("length " + length + " is negative");
    }
  }
}

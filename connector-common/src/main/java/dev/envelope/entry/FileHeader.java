package dev.envelope.entry;

import dev.envelope.CorruptEntryException;
import dev.envelope.UnsupportedEntryException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The 14 bytes that a file cache puts before a stored value: {@code "CK"}, version 1, a reserved
 * byte, two bytes of flags, and the expiry as an unsigned big-endian number of Unix seconds.
 *
 * <p>Not to be taken for the frame inside it, which begins with the same two letters and a 3.
 *
 * @param expiresAt Unix seconds, unsigned; 0 means never
 */
public record FileHeader(long expiresAt) {
  /** How long the header is, in bytes. */
  public static final int LENGTH = 14;

  private static final int VERSION = 1;

  /**
   * Reads a header.
   *
   * @param bytes at least the first {@link #LENGTH} bytes of a file, or all it has
   * @throws CorruptEntryException when the bytes are no header
   * @throws UnsupportedEntryException when the header is of another version or has flags; cachekit
   *     itself treats such a file as absent
   */
  public static FileHeader parse(ByteBuffer bytes) {
    if (bytes.remaining() < LENGTH) {
      throw new CorruptEntryException(
          "the file has only "
              + bytes.remaining()
              + " bytes, less than the "
              + LENGTH
              + " of a file cache's header",
          -1);
    }
    ByteBuffer header = bytes.slice().order(ByteOrder.BIG_ENDIAN);
    if (header.get(0) != 'C' || header.get(1) != 'K') {
      throw new CorruptEntryException("the file does not begin with a file cache's header", -1);
    }
    int version = Byte.toUnsignedInt(header.get(2));
    if (version != VERSION) {
      throw new UnsupportedEntryException(
          "the file's header is of version " + version + "; version 1 is known");
    }
    if (header.get(3) != 0 || header.getShort(4) != 0) {
      throw new UnsupportedEntryException(
          "the file's header has flags set that no released cachekit writes");
    }
    return new FileHeader(header.getLong(6));
  }

  /**
   * Whether the entry counts as absent.
   *
   * @param now Unix seconds
   */
  public boolean expired(long now) {
    // Equal counts as expired since cachekit 0.18; before, an entry lived one second longer.
    return expiresAt != 0 && Long.compareUnsigned(now, expiresAt) >= 0;
  }
}

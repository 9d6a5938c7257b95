package dev.envelope.testing;

import java.io.ByteArrayOutputStream;

/** LZ4 blocks, read and written apart from any library, for tests that alter what is in them. */
public final class Lz4Block {
  private static final int SMALLEST_MATCH = 4;

  private Lz4Block() {}

  /** What a sound block holds. */
  static byte[] decompress(byte[] block, int size) {
    byte[] out = new byte[size];
    int from = 0;
    int to = 0;
    while (from < block.length) {
      int token = block[from++] & 0xFF;
      int literals = token >>> 4;
      if (literals == 15) {
        int more;
        do {
          more = block[from++] & 0xFF;
          literals += more;
        } while (more == 255);
      }
      System.arraycopy(block, from, out, to, literals);
      from += literals;
      to += literals;
      if (from == block.length) {
        break;
      }
      int distance = (block[from] & 0xFF) | (block[from + 1] & 0xFF) << 8;
      from += 2;
      int length = token & 15;
      if (length == 15) {
        int more;
        do {
          more = block[from++] & 0xFF;
          length += more;
        } while (more == 255);
      }
      for (int i = length + SMALLEST_MATCH; i > 0; i--) {
        out[to] = out[to - distance];
        to++;
      }
    }
    if (to != size) {
      throw new IllegalArgumentException("a block of " + to + " bytes, not " + size);
    }
    return out;
  }

  /** A block of nothing but literals. */
  public static byte[] literals(byte[] bytes) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    block.write(Math.min(15, bytes.length) << 4);
    if (bytes.length >= 15) {
      int rest = bytes.length - 15;
      for (; rest >= 255; rest -= 255) {
        block.write(255);
      }
      block.write(rest);
    }
    block.writeBytes(bytes);
    return block.toByteArray();
  }
}

package dev.envelope.testing;

import dev.envelope.memory.Xxh3;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A ByteStorage envelope, taken apart and put together again, in either of its two encodings.
 *
 * @param content what it holds, not compressed
 * @param integers whether the compressed bytes are an array of integers, as they were once
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record ByteStorageBytes(byte[] content, boolean integers) {

  /** Whether bytes begin as an envelope does: an array of four, and in it binary or an array. */
  static boolean isOne(byte[] bytes) {
    if (bytes.length < 20 || (bytes[0] & 0xFF) != 0x94) {
      return false;
    }
    int marker = bytes[1] & 0xFF;
    return (marker >= 0xC4 && marker <= 0xC6)
        || (marker >= 0x90 && marker <= 0x9F)
        || marker == 0xDC
        || marker == 0xDD;
  }

  /** Takes a sound envelope apart. */
  static ByteStorageBytes of(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    in.get();
    int marker = in.get() & 0xFF;
    boolean integers = marker < 0xC4 || marker > 0xC6;
    int length =
        switch (marker) {
          case 0xC4 -> in.get() & 0xFF;
          case 0xC5, 0xDC -> in.getShort() & 0xFFFF;
          case 0xC6, 0xDD -> in.getInt();
          default -> marker & 0x0F;
        };
    byte[] compressed = new byte[length];
    for (int i = 0; i < length; i++) {
      compressed[i] = integers ? (byte) integer(in) : in.get();
    }
    in.get(); // an array of eight
    for (int i = 0; i < 8; i++) {
      integer(in);
    }
    return new ByteStorageBytes(Lz4Block.decompress(compressed, (int) integer(in)), integers);
  }

  private static long integer(ByteBuffer in) {
    int marker = in.get() & 0xFF;
    return switch (marker) {
      case 0xCC -> in.get() & 0xFF;
      case 0xCD -> in.getShort() & 0xFFFF;
      case 0xCE -> in.getInt() & 0xFFFF_FFFFL;
      default -> marker;
    };
  }

  /** The envelope: of literals only, with the right checksum. */
  public byte[] bytes() {
    return of(Lz4Block.literals(content), Xxh3.hash(content), content.length, integers);
  }

  /** An envelope of whatever claims. */
  public static byte[] of(byte[] compressed, long checksum, long size, boolean integers) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0x94);
    out.write(integers ? 0xDD : 0xC6);
    out.writeBytes(ByteBuffer.allocate(4).putInt(compressed.length).array());
    for (byte one : compressed) {
      if (integers && one < 0) {
        out.write(0xCC);
      }
      out.write(one);
    }
    out.write(0x98);
    for (byte one : ByteBuffer.allocate(8).putLong(checksum).array()) {
      out.write(0xCC);
      out.write(one);
    }
    out.write(0xCE);
    out.writeBytes(ByteBuffer.allocate(4).putInt((int) size).array());
    out.write(0xA7);
    out.writeBytes("msgpack".getBytes(StandardCharsets.US_ASCII));
    return out.toByteArray();
  }
}

package dev.envelope.payload.arrow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.apache.arrow.memory.util.MemoryUtil;

/**
 * Runs a codec on arrays, between guard bytes that it must neither write nor be swayed by.
 *
 * <p>Every call decompresses twice with other guards around the source and other bytes in the
 * target: a codec that let a byte from outside decide anything would not give the same outcome
 * twice.
 */
final class GuardedCodec {
  private static final int GUARD = 128;

  private final BufferCodec codec;

  GuardedCodec(BufferCodec codec) {
    this.codec = codec;
  }

  byte[] decompress(byte[] source, long targetLength) throws MalformedBufferException {
    byte[] first = null;
    MalformedBufferException firstError = null;
    try {
      first = decompress(source, (int) targetLength, (byte) 0x5A);
    } catch (MalformedBufferException error) {
      firstError = error;
    }
    try {
      byte[] second = decompress(source, (int) targetLength, (byte) 0xA5);
      assertArrayEquals(first, second, "bytes outside the buffer changed the result");
      return second;
    } catch (MalformedBufferException error) {
      assertEquals(
          firstError == null ? "no error" : firstError.getMessage(),
          error.getMessage(),
          "bytes outside the buffer changed the result");
      throw error;
    }
  }

  private byte[] decompress(byte[] source, int targetLength, byte guard)
      throws MalformedBufferException {
    // An odd start, as in an entry.
    long sourceSize = GUARD + 1L + source.length + GUARD;
    long targetSize = GUARD + (long) targetLength + GUARD;
    long sourceBlock = MemoryUtil.allocateMemory(sourceSize);
    long targetBlock = MemoryUtil.allocateMemory(targetSize);
    try {
      MemoryUtil.setMemory(sourceBlock, sourceSize, guard);
      MemoryUtil.setMemory(targetBlock, targetSize, guard);
      long in = sourceBlock + GUARD + 1;
      long out = targetBlock + GUARD;
      MemoryUtil.copyToMemory(source, 0, in, source.length);
      try {
        codec.decompress(in, source.length, out, targetLength);
        return copy(out, targetLength);
      } finally {
        assertGuard(guard, sourceBlock, GUARD + 1);
        assertArrayEquals(source, copy(in, source.length), "the source was written");
        assertGuard(guard, in + source.length, GUARD);
        assertGuard(guard, targetBlock, GUARD);
        assertGuard(guard, out + targetLength, GUARD);
      }
    } finally {
      MemoryUtil.freeMemory(sourceBlock);
      MemoryUtil.freeMemory(targetBlock);
    }
  }

  private static byte[] copy(long address, int length) {
    byte[] bytes = new byte[length];
    MemoryUtil.copyFromMemory(address, bytes, 0, length);
    return bytes;
  }

  private static void assertGuard(byte guard, long address, int length) {
    byte[] expected = new byte[length];
    Arrays.fill(expected, guard);
    assertArrayEquals(expected, copy(address, length), "a byte outside the buffer was written");
  }
}

package dev.envelope.memory;

import static org.junit.jupiter.api.Assertions.assertThrows;

import org.apache.arrow.memory.util.MemoryUtil;
import org.junit.jupiter.api.Test;

/** XXH32 agrees with the reference implementation at any alignment, also once compiled. */
final class Xxh32Test {
  // Made by Python's xxhash 3 (xxh32_intdigest) over bytes i % 251; each row is length, hash.
  private static final long[][] KNOWN = {
    {0, 0x02cc5d05L},
    {1, 0xcf65b03eL},
    {3, 0x663e9a55L},
    {4, 0x80691e66L},
    {15, 0x57c01eceL},
    {16, 0xb72837f4L},
    {17, 0x7c77adc2L},
    {31, 0xef24f709L},
    {32, 0x830741c1L},
    {1000, 0x30dd1330L},
    {65543, 0x9dbb5c07L},
  };

  @Test
  void knownAnswersStayRightOnceCompiled() {
    long memory = MemoryUtil.allocateMemory(65543 + 8);
    try {
      for (int shift = 0; shift < 8; shift++) {
        for (int i = 0; i < 65543; i++) {
          MemoryUtil.putByte(memory + shift + i, (byte) (i % 251));
        }
        for (int round = 0; round < 500; round++) {
          for (long[] known : KNOWN) {
            int actual = Xxh32.hash(memory + shift, known[0]);
            if (actual != (int) known[1]) {
              throw new AssertionError(
                  "round " + round + " length " + known[0] + ": " + Integer.toHexString(actual));
            }
          }
        }
      }
    } finally {
      MemoryUtil.freeMemory(memory);
    }
  }

  @Test
  void negativeLengthsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> Xxh32.hash(0, -1));
  }
}

package dev.envelope.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.apache.arrow.memory.util.MemoryUtil;
import org.junit.jupiter.api.Test;

/** XXH3 agrees with the reference implementation, interpreted and compiled, whole and in pieces. */
final class Xxh3Test {
  // Made by Python's xxhash 3 (xxh3_64_intdigest) over bytes i % 251; each row is length, hash.
  private static final long[][] KNOWN = {
    {0, 0x2d06800538d394c2L},
    {1, 0xc44bdff4074eecdbL},
    {3, 0x5f4299fc161c9cbbL},
    {4, 0x60dab036a58211f2L},
    {8, 0x3a1c2d7c85af88f8L},
    {9, 0xe9612598145bb9dcL},
    {16, 0x8355e3a6f61770dbL},
    {17, 0x9ef341a99de37328L},
    {128, 0x85c6174c7ff4c46bL},
    {129, 0xec7642b431ba3e5aL},
    {240, 0x375a384d957fe865L},
    {241, 0x02e8cd95421c6d02L},
    {255, 0x074191baf9c49567L},
    {256, 0x44f5d90dacde463aL},
    {1000, 0x33ef703fb2b20ed1L},
    {1024, 0xe5d78bafa45b2aa5L},
    {1025, 0xe95c42288f28186eL},
    {65543, 0x13c7031387cd92e2L},
  };

  private static final int LONGEST = 65543;

  @Test
  void knownAnswersStayRightOnceCompiled() {
    byte[] bytes = pattern();
    long memory = MemoryUtil.allocateMemory(LONGEST + 8);
    try {
      // Enough rounds for C2 to compile each path, also by on-stack replacement in the long ones.
      for (int round = 0; round < 3000; round++) {
        long address = memory + round % 8;
        if (round < 16) {
          MemoryUtil.copyToMemory(bytes, 0, address, LONGEST);
        } else {
          MemoryUtil.copyToMemory(bytes, 0, address, 1025);
        }
        for (long[] known : KNOWN) {
          // The long one takes most of the time; it needs fewer calls to be compiled.
          if (known[0] == LONGEST && round >= 16) {
            continue;
          }
          check(known[1], Xxh3.hash(address, known[0]), round, known[0]);
          long cut = known[0] * (round % 17) / 17;
          check(
              known[1],
              Xxh3.start().update(address, cut).update(address + cut, known[0] - cut).digest(),
              round,
              known[0]);
        }
      }
      MemoryUtil.copyToMemory(bytes, 0, memory + 3, LONGEST);
      for (int round = 0; round < 3000; round++) {
        check(0x13c7031387cd92e2L, Xxh3.hash(memory + 3, LONGEST), round, LONGEST);
        check(
            0x13c7031387cd92e2L, Xxh3.start().update(memory + 3, LONGEST).digest(), round, LONGEST);
      }
    } finally {
      MemoryUtil.freeMemory(memory);
    }
  }

  @Test
  void arraysHashLikeMemory() {
    byte[] bytes = pattern();
    for (long[] known : KNOWN) {
      assertEquals(known[1], Xxh3.hash(Arrays.copyOf(bytes, (int) known[0])));
    }
  }

  @Test
  void theBundledVectorsAreKnown() throws IOException {
    Path file = Path.of("..", "integration-tests", "entries", "xxh3.json");
    byte[] bytes = pattern();
    int count = 0;
    for (JsonNode vector : new ObjectMapper().readTree(file.toFile()).get("vectors")) {
      long expected = Long.parseUnsignedLong(vector.get("xxh3_64").asText(), 16);
      assertEquals(expected, Xxh3.hash(Arrays.copyOf(bytes, vector.get("size").asInt())));
      count++;
    }
    assertEquals(KNOWN.length, count);
  }

  @Test
  void piecesHashLikeTheWhole() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int size = 300_000;
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    long memory = MemoryUtil.allocateMemory(size);
    try {
      MemoryUtil.copyToMemory(bytes, 0, memory, size);
      for (int round = 0; round < 2000; round++) {
        int start = random.nextInt(64);
        int end = start + random.nextInt(1 << (1 + random.nextInt(18)));
        Xxh3 hash = Xxh3.start();
        int bound = 1 << random.nextInt(18);
        for (int at = start; at < end; ) {
          int length = Math.min(end - at, random.nextInt(bound + 1));
          hash.update(memory + at, length);
          at += length;
          if (random.nextInt(8) == 0) {
            // Asking early must not disturb what follows.
            assertEquals(Xxh3.hash(memory + start, at - start), hash.digest(), "seed " + seed);
          }
        }
        assertEquals(
            Xxh3.hash(memory + start, end - start),
            hash.digest(),
            "seed " + seed + " round " + round);
      }
    } finally {
      MemoryUtil.freeMemory(memory);
    }
  }

  @Test
  void negativeLengthsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> Xxh3.hash(0, -1));
    assertThrows(IllegalArgumentException.class, () -> Xxh3.start().update(0, -1));
  }

  private static void check(long expected, long actual, int round, long length) {
    // No message is built in the hot loop unless it is needed.
    if (expected != actual) {
      throw new AssertionError(
          "round " + round + " length " + length + ": " + Long.toHexString(actual));
    }
  }

  private static byte[] pattern() {
    byte[] bytes = new byte[LONGEST];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i % 251);
    }
    return bytes;
  }
}

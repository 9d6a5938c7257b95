package dev.envelope.payload.arrow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** zstd buffers decompress exactly, or are refused with one type of error. */
final class ZstdCodecTest {
  private final ZstdCodec codec = new ZstdCodec();
  private final GuardedCodec guarded = new GuardedCodec(codec);

  @AfterEach
  void close() {
    codec.close();
  }

  @Test
  void whatZstdWroteComesBack() throws Exception {
    Random random = new Random(1);
    for (int size : new int[] {0, 1, 2, 7, 8, 100, 65_535, 65_536, 1_000_003}) {
      byte[] bytes = new byte[size];
      random.nextBytes(bytes);
      assertArrayEquals(bytes, guarded.decompress(Zstd.compress(bytes), size), size + " random");
      Arrays.fill(bytes, (byte) 7);
      assertArrayEquals(bytes, guarded.decompress(Zstd.compress(bytes), size), size + " equal");
    }
  }

  @Test
  void whatPyarrowWroteComesBack() throws Exception {
    PyarrowBuffers.check("zstd.arrows", 4_000, guarded);
  }

  @Test
  void nothingForNothingIsSound() throws Exception {
    assertEquals(0, guarded.decompress(new byte[0], 0).length);
    refused(new byte[0], 1);
  }

  @Test
  void wrongClaimsAreRefused() {
    byte[] compressed = Zstd.compress(text());
    assertTrue(refused(compressed, text().length + 1).contains("are claimed"));
    refused(compressed, text().length - 1);
    refused(compressed, 0);
    refused(compressed, 1 << 20);
  }

  @Test
  void everyCutIsRefused() {
    byte[] compressed = Zstd.compress(text());
    for (int length = 0; length < compressed.length; length++) {
      refused(Arrays.copyOf(compressed, length), text().length);
    }
  }

  @Test
  void bytesBehindTheFrameAreRefused() {
    byte[] compressed = Zstd.compress(text());
    refused(Arrays.copyOf(compressed, compressed.length + 1), text().length);
    refused(Arrays.copyOf(compressed, compressed.length + 8), text().length);
  }

  @Test
  void concatenatedFramesAreJoined() throws Exception {
    byte[] frame = Zstd.compress(text());
    byte[] twice = concat(frame, frame);
    assertArrayEquals(concat(text(), text()), guarded.decompress(twice, 2L * text().length));
    refused(twice, text().length);
  }

  @Test
  void windowsBeyondTheFormatAreRefused() {
    // Magic, a descriptor without content size, window byte of 2^41 + 7/8, one empty last block.
    byte[] frame = {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 0x00, (byte) 0xFF, 0x01, 0x00, 0x00};
    assertTrue(refused(frame, 1).contains("zstd"));
  }

  @Test
  void lengthsBeyondOneBufferAreRefusedUnread() {
    MalformedBufferException error =
        assertThrows(MalformedBufferException.class, () -> codec.decompress(1, 10, 1, 1L << 31));
    assertTrue(error.problem().contains("2147483648"), error.problem());
    assertThrows(MalformedBufferException.class, () -> codec.decompress(1, 1L << 31, 1, 10));
    assertThrows(MalformedBufferException.class, () -> codec.decompress(1, -1, 1, 10));
  }

  @Test
  void mutationsAreRefusedOrFillTheTarget() throws Exception {
    long seed = System.nanoTime();
    System.out.println("ZstdCodecTest seed " + seed);
    Random random = new Random(seed);
    byte[] compressed = Zstd.compress(text());
    for (int round = 0; round < 5_000; round++) {
      byte[] mutant = compressed.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        mutant[random.nextInt(mutant.length)] = (byte) random.nextInt();
      }
      try {
        guarded.decompress(mutant, text().length);
      } catch (MalformedBufferException expected) {
        // The context must be fit for the next buffer.
        assertArrayEquals(text(), guarded.decompress(compressed, text().length), "seed " + seed);
      }
    }
  }

  @Test
  void closingTwiceIsOnce() {
    codec.close();
    codec.close();
  }

  private String refused(byte[] source, int targetLength) {
    return assertThrows(
            MalformedBufferException.class, () -> guarded.decompress(source, targetLength))
        .problem();
  }

  private static byte[] text() {
    return "one for all, all for one; once more: ".repeat(40).getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] concat(byte[] first, byte[] second) throws IOException {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.write(first);
    both.write(second);
    return both.toByteArray();
  }
}

package dev.envelope.payload.arrow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dynatrace.hash4j.hashing.Hashing;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.commons.compress.compressors.lz4.BlockLZ4CompressorOutputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorOutputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorOutputStream.BlockSize;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorOutputStream.Parameters;
import org.junit.jupiter.api.Test;

/**
 * LZ4 frames decompress as commons-compress does it, or are refused; nothing outside is touched.
 */
final class Lz4FrameCodecTest {
  private static final HexFormat HEX = HexFormat.of();

  private final GuardedCodec codec = new GuardedCodec(new Lz4FrameCodec());

  @Test
  void whatCommonsCompressWroteComesBackForAllParameters() throws Exception {
    for (Map.Entry<String, byte[]> input : inputs(150_000).entrySet()) {
      for (Parameters parameters : allParameters()) {
        byte[] frame = compress(input.getValue(), parameters);
        assertArrayEquals(
            input.getValue(),
            codec.decompress(frame, input.getValue().length),
            () -> input.getKey() + " " + parameters);
      }
    }
  }

  @Test
  void framesBeyondTheLargestBlockComeBack() throws Exception {
    byte[] bytes = runsAndNoise((4 << 20) + 100_001, new Random(5));
    byte[] frame = compress(bytes, parameters(BlockSize.M4, true, true, false));
    assertArrayEquals(bytes, codec.decompress(frame, bytes.length));
  }

  @Test
  void linkedBlocksOfTheReferenceLibraryComeBack() throws Exception {
    ByteBuffer squares = ByteBuffer.wrap(new byte[800_000]).order(ByteOrder.LITTLE_ENDIAN);
    for (long i = 0; i < 100_000; i++) {
      squares.putLong(i * i % 1000);
    }
    for (String name : List.of("linked-4.lz4", "linked-5.lz4")) {
      byte[] frame;
      try (InputStream stream = Lz4FrameCodecTest.class.getResourceAsStream(name)) {
        frame = stream.readAllBytes();
      }
      byte[] actual = codec.decompress(frame, 800_000);
      assertEquals(squares.rewind(), ByteBuffer.wrap(actual), name);
    }
  }

  @Test
  void whatPyarrowWroteComesBack() throws Exception {
    PyarrowBuffers.check("lz4_frame.arrows", 20_000, codec);
  }

  @Test
  void everyShortOffsetRepeatsItsPattern() throws Exception {
    for (int offset = 1; offset <= 20; offset++) {
      for (int match = 4; match <= 300; match++) {
        byte[] block = patternBlock(offset, match);
        byte[] expected = new byte[offset + match + 1];
        for (int i = 0; i < offset + match; i++) {
          expected[i] = (byte) (i % offset + 1);
        }
        expected[offset + match] = 99;
        byte[] actual = codec.decompress(frame(0x60, 0x40, -1, block), expected.length);
        assertArrayEquals(expected, actual, offset + " " + match);
      }
    }
  }

  @Test
  void nothingForNothingIsSound() throws Exception {
    assertEquals(0, codec.decompress(new byte[0], 0).length);
    refused("claimed", new byte[0], 1);
  }

  @Test
  void wrongClaimsAreRefused() throws Exception {
    byte[] bytes = runsAndNoise(70_000, new Random(2));
    for (Parameters parameters : allParameters()) {
      byte[] frame = compress(bytes, parameters);
      refused("70000 bytes where 70001 are claimed", frame, 70_001);
      refused("", frame, 69_999);
      refused("", frame, 0);
    }
  }

  @Test
  void everyCutIsRefused() throws Exception {
    byte[] bytes = words(3_000, new Random(3));
    for (Parameters parameters : allParameters()) {
      byte[] frame = compress(bytes, parameters);
      for (int length = 0; length < frame.length; length++) {
        refused("", Arrays.copyOf(frame, length), bytes.length);
      }
    }
  }

  @Test
  void bytesBehindTheFrameAreRefused() throws Exception {
    byte[] frame = compress(new byte[] {1, 2, 3}, Parameters.DEFAULT);
    refused("magic", Arrays.copyOf(frame, frame.length + 1), 3);
    refused("no frame begins with 0", Arrays.copyOf(frame, frame.length + 4), 3);
  }

  @Test
  void concatenatedFramesAreJoinedAndSkippableOnesSkipped() throws Exception {
    byte[] frame = compress(new byte[] {1, 2, 3}, Parameters.DEFAULT);
    byte[] skippable = HEX.parseHex("5f2a4d18" + "03000000" + "ffffff");
    byte[] all = concat(skippable, frame, skippable, frame, skippable);
    assertArrayEquals(new byte[] {1, 2, 3, 1, 2, 3}, codec.decompress(all, 6));
    refused("a skippable frame", Arrays.copyOf(all, all.length - 1), 6);
    refused("a skippable frame", HEX.parseHex("502a4d18" + "ffffffff"), 0);
  }

  @Test
  void linkedBlocksDoNotReachIntoTheFrameBefore() throws Exception {
    byte[] first = compress(new byte[100], Parameters.DEFAULT);
    // One literal, then a match from 2 bytes back: 1 byte before its own frame.
    byte[] block = HEX.parseHex("10" + "07" + "0200" + "10" + "07");
    refused("2 bytes back where there are 1", concat(first, frame(0x40, 0x40, -1, block)), 106);
  }

  @Test
  void independentBlocksDoNotReachBack() throws Exception {
    byte[] first = HEX.parseHex("50" + "0102030405");
    byte[] reaching = HEX.parseHex("10" + "07" + "0200" + "10" + "08");
    byte[] linked = codec.decompress(frame(0x40, 0x40, -1, first, reaching), 11);
    assertArrayEquals(new byte[] {1, 2, 3, 4, 5, 7, 5, 7, 5, 7, 8}, linked);
    refused("2 bytes back where there are 1", frame(0x60, 0x40, -1, first, reaching), 11);
  }

  @Test
  void headersAreChecked() throws Exception {
    byte[] block = HEX.parseHex("10" + "07");
    assertArrayEquals(new byte[] {7}, codec.decompress(frame(0x40, 0x40, -1, block), 1));
    assertArrayEquals(new byte[] {7}, codec.decompress(frame(0x48, 0x40, 1, block), 1));
    refused("version", frame(0x00, 0x40, -1, block), 1);
    refused("version", frame(0x80, 0x40, -1, block), 1);
    refused("reserved", frame(0x42, 0x40, -1, block), 1);
    refused("dictionary", frame(0x41, 0x40, -1, block), 1);
    for (int blocks : new int[] {0x00, 0x30, 0x41, 0x48, 0xC0}) {
      refused("block size", frame(0x40, blocks, -1, block), 1);
    }
    refused("a frame claims 2 bytes where 1 are left", frame(0x48, 0x40, 2, block), 1);
    refused("holds 1 bytes where it claims 0", frame(0x48, 0x40, 0, block), 1);
    refused("18446744073709551615", frame(0x48, 0x40, -1, block), 1);
    refused("no frame begins with 184c2102", HEX.parseHex("02214c18" + "00000000"), 0);
    byte[] wrong = frame(0x40, 0x40, -1, block);
    wrong[6]++;
    refused("header does not match", wrong, 1);
  }

  @Test
  void blocksAreChecked() throws Exception {
    refused("a block of 0 bytes", concat(header(0x40, 0x40), HEX.parseHex("00000080")), 0);
    refused("a block of 65537 bytes", concat(header(0x40, 0x40), HEX.parseHex("01000100")), 0);
    refused("a block of 65537 bytes", concat(header(0x40, 0x40), HEX.parseHex("01000180")), 0);
    refused("a block of 2147483647", concat(header(0x40, 0x70), HEX.parseHex("ffffffff")), 0);
    refused("literals where 1 bytes", frame(0x40, 0x40, -1, HEX.parseHex("20" + "07")), 2);
    refused("a length", frame(0x40, 0x40, -1, HEX.parseHex("f0" + "ff")), 2);
    refused("a length", frame(0x40, 0x40, -1, HEX.parseHex("1f" + "07" + "0100" + "ff")), 300);
    refused("a match offset", frame(0x40, 0x40, -1, HEX.parseHex("14" + "07" + "01")), 9);
    refused("0 bytes back", frame(0x40, 0x40, -1, HEX.parseHex("10" + "07" + "0000")), 9);
    refused("last literals", frame(0x40, 0x40, -1, HEX.parseHex("10" + "07" + "0100")), 5);
  }

  @Test
  void aBlockDoesNotGrowBeyondTheFramesBlockSize() throws Exception {
    // 1 literal and a match of 65535 fill 64 KB; one more is too much, wherever the target ends.
    byte[] full = patternBlockWithoutLast(65_535);
    assertEquals(1 << 16, codec.decompress(frame(0x40, 0x40, -1, full), 1 << 16).length);
    byte[] beyond = patternBlockWithoutLast(65_536);
    refused("65536 bytes where 65535 may follow", frame(0x40, 0x40, -1, beyond), 1 << 17);
    assertEquals(65_537, codec.decompress(frame(0x40, 0x50, -1, beyond), 65_537).length);
  }

  @Test
  void checksumsAreVerified() throws Exception {
    byte[] bytes = new byte[1000];
    new Random(4).nextBytes(bytes);
    byte[] frame = compress(bytes, parameters(BlockSize.K64, true, false, false));
    frame[500] ^= 1;
    refused("a frame's content does not match", frame, 1000);
    frame = compress(bytes, parameters(BlockSize.K64, false, true, false));
    frame[500] ^= 1;
    refused("a block does not match", frame, 1000);
  }

  @Test
  void errorsSayWhere() throws Exception {
    byte[] frame = frame(0x40, 0x40, -1, HEX.parseHex("10" + "07" + "0000"));
    MalformedBufferException error =
        assertThrows(MalformedBufferException.class, () -> codec.decompress(frame, 9));
    // Magic 4, descriptor 3, block size 4, token, literal.
    assertEquals(13, error.offset());
  }

  @Test
  void mutationsAreRefusedOrReadAsCommonsCompressReadsThem() throws Exception {
    long seed = System.nanoTime();
    System.out.println("Lz4FrameCodecTest seed " + seed);
    Random random = new Random(seed);
    List<byte[]> frames = new ArrayList<>();
    List<Integer> lengths = new ArrayList<>();
    for (Map.Entry<String, byte[]> input : inputs(400).entrySet()) {
      for (Parameters parameters : allParameters()) {
        byte[] bytes = Arrays.copyOf(input.getValue(), Math.min(input.getValue().length, 70_000));
        if (bytes.length < 1000 || random.nextInt(8) == 0) {
          frames.add(compress(bytes, parameters));
          lengths.add(bytes.length);
        }
      }
    }
    int sound = 0;
    for (int round = 0; round < 20_000; round++) {
      int which = random.nextInt(frames.size());
      byte[] mutant = mutate(frames.get(which), random);
      int claimed = lengths.get(which);
      if (mutant.length == 0) {
        // Nothing is a sound buffer of nothing, but not a frame.
        continue;
      }
      byte[] theirs = null;
      boolean unfinished = false;
      try (FramedLZ4CompressorInputStream stream =
          new FramedLZ4CompressorInputStream(new ByteArrayInputStream(mutant), true)) {
        // One byte more than claimed is as good as all of a bomb.
        theirs = stream.readNBytes(claimed + 1);
      } catch (IOException | RuntimeException refused) {
        // They want a match after a last token with a match length in it. The reference library
        // ends the block there, and so do we.
        unfinished = "Premature end of data".equals(refused.getMessage());
      }
      try {
        byte[] ours = codec.decompress(mutant, claimed);
        if (theirs != null || !unfinished) {
          sound++;
          assertArrayEquals(
              theirs, ours, "seed " + seed + " round " + round + " " + HEX.formatHex(mutant));
        }
      } catch (MalformedBufferException refused) {
        assertTrue(
            refused.offset() >= 0 && refused.offset() <= mutant.length,
            "seed " + seed + " round " + round + ": " + refused.getMessage());
      }
    }
    assertTrue(sound > 100, "only " + sound + " mutants were sound: the test tests too little");
  }

  /** Changes some bytes, sometimes cuts or repeats, and mostly mends the header's checksum. */
  private static byte[] mutate(byte[] frame, Random random) {
    byte[] mutant = frame.clone();
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at =
          random.nextBoolean()
              ? random.nextInt(mutant.length)
              : Math.min(mutant.length - 1, random.nextInt(24));
      switch (random.nextInt(4)) {
        case 0 -> mutant[at] = (byte) random.nextInt();
        case 1 -> mutant[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> mutant[at] = (byte) (random.nextBoolean() ? 0xFF : 0);
        default -> mutant[at]++;
      }
    }
    if (random.nextInt(16) == 0) {
      mutant = Arrays.copyOf(mutant, random.nextInt(mutant.length + 20));
    }
    if (mutant.length > 15 && random.nextInt(8) != 0) {
      int length = (mutant[4] & 0x08) != 0 ? 10 : 2;
      mutant[4 + length] = headerChecksum(mutant, 4, length);
    }
    return mutant;
  }

  private void refused(String problem, byte[] source, int targetLength) {
    MalformedBufferException error =
        assertThrows(MalformedBufferException.class, () -> codec.decompress(source, targetLength));
    assertTrue(error.problem().contains(problem), error.problem());
  }

  private static Map<String, byte[]> inputs(int size) {
    Random random = new Random(6);
    Map<String, byte[]> inputs = new LinkedHashMap<>();
    inputs.put("empty", new byte[0]);
    inputs.put("one byte", new byte[] {42});
    byte[] noise = new byte[size];
    random.nextBytes(noise);
    inputs.put("random", noise);
    inputs.put("zeros", new byte[size]);
    inputs.put("words", words(Math.min(size, 10_000), random));
    inputs.put("runs and noise", runsAndNoise(size, random));
    inputs.put("64 KB", runsAndNoise(1 << 16, random));
    inputs.put("64 KB and 1", runsAndNoise((1 << 16) + 1, random));
    byte[] ramp = new byte[size];
    for (int i = 0; i < size; i++) {
      ramp[i] = (byte) (i % 4 == 0 ? i / 4 : i % 4 == 1 ? i / 1024 : 0);
    }
    inputs.put("ascending ints", ramp);
    return inputs;
  }

  /** Input that commons-compress compresses in no time; text takes it seconds per 100 KB. */
  private static byte[] runsAndNoise(int size, Random random) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    for (int at = 0; at < size; ) {
      int end = Math.min(size, at + 1 + random.nextInt(size / 8 + 1));
      if (random.nextBoolean()) {
        Arrays.fill(bytes, at, end, (byte) random.nextInt());
      }
      at = end;
    }
    return bytes;
  }

  private static byte[] words(int size, Random random) {
    String[] words = {"cache ", "entry ", "of ", "the ", "frame ", "a ", "key, ", "x", "\n"};
    StringBuilder text = new StringBuilder(size + 8);
    while (text.length() < size) {
      text.append(words[random.nextInt(words.length)]);
      if (random.nextInt(20) == 0) {
        text.append(random.nextInt());
      }
    }
    return Arrays.copyOf(text.toString().getBytes(StandardCharsets.US_ASCII), size);
  }

  /** All that commons-compress writes rightly: its 1.28 links blocks above 64 KB wrongly. */
  private static List<Parameters> allParameters() {
    List<Parameters> all = new ArrayList<>();
    for (BlockSize size : BlockSize.values()) {
      for (int bits = 0; bits < (size == BlockSize.K64 ? 8 : 4); bits++) {
        all.add(parameters(size, (bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0));
      }
    }
    return all;
  }

  private static Parameters parameters(
      BlockSize size, boolean contentChecksum, boolean blockChecksums, boolean linked) {
    return new Parameters(
        size,
        contentChecksum,
        blockChecksums,
        linked,
        BlockLZ4CompressorOutputStream.createParameterBuilder().tunedForSpeed().build());
  }

  private static byte[] compress(byte[] bytes, Parameters parameters) throws IOException {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    try (FramedLZ4CompressorOutputStream stream =
        new FramedLZ4CompressorOutputStream(frame, parameters)) {
      stream.write(bytes);
    }
    return frame.toByteArray();
  }

  /** A frame with a right header checksum around compressed blocks. */
  private static byte[] frame(int flags, int blockSize, long contentSize, byte[]... blocks)
      throws IOException {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(
        (flags & 0x08) != 0 ? header(flags, blockSize, contentSize) : header(flags, blockSize));
    for (byte[] block : blocks) {
      frame.write(little(4).putInt(block.length).array());
      frame.write(block);
    }
    frame.write(new byte[4]);
    return frame.toByteArray();
  }

  private static byte[] header(int flags, int blockSize) {
    byte[] header = little(7).putInt(0x184D2204).put((byte) flags).put((byte) blockSize).array();
    header[6] = headerChecksum(header, 4, 2);
    return header;
  }

  private static byte[] header(int flags, int blockSize, long contentSize) {
    byte[] header =
        little(15)
            .putInt(0x184D2204)
            .put((byte) flags)
            .put((byte) blockSize)
            .putLong(contentSize)
            .array();
    header[14] = headerChecksum(header, 4, 10);
    return header;
  }

  private static byte headerChecksum(byte[] bytes, int offset, int length) {
    return (byte) (Hashing.xxh32().hashBytesToInt(bytes, offset, length) >>> 8);
  }

  /** {@code offset} literals 1, 2, …, a match that repeats them, and 99 as the last literal. */
  private static byte[] patternBlock(int offset, int match) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    block.write(Math.min(offset, 15) << 4 | Math.min(match - 4, 15));
    writeLength(block, offset);
    for (int i = 1; i <= offset; i++) {
      block.write(i);
    }
    block.write(offset);
    block.write(0);
    writeLength(block, match - 4);
    block.write(0x10);
    block.write(99);
    return block.toByteArray();
  }

  /** One literal and a match of it, with no last literal but the token that says so. */
  private static byte[] patternBlockWithoutLast(int match) {
    byte[] block = patternBlock(1, match);
    block[block.length - 2] = 0;
    return Arrays.copyOf(block, block.length - 1);
  }

  private static void writeLength(ByteArrayOutputStream block, int length) {
    if (length >= 15) {
      int rest = length - 15;
      for (; rest >= 255; rest -= 255) {
        block.write(255);
      }
      block.write(rest);
    }
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] concat(byte[]... parts) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.write(part);
    }
    return all.toByteArray();
  }
}

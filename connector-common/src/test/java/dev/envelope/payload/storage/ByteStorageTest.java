package dev.envelope.payload.storage;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.CorruptEntryException;
import dev.envelope.memory.AllocatedRegion;
import dev.envelope.memory.Allocators;
import dev.envelope.memory.MappedRegion;
import dev.envelope.memory.Region;
import dev.envelope.memory.RegionMemory;
import dev.envelope.memory.Xxh3;
import dev.envelope.testing.ByteStorageBytes;
import dev.envelope.testing.Lz4Block;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import net.jpountz.lz4.LZ4Factory;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Containers of both encodings, their limits and lies, and what only resembles one. */
final class ByteStorageTest {
  private static final long MOST = 512L << 20;

  /** What stands before the payload. */
  private static final int BEFORE = 29;

  @TempDir Path directory;

  private BufferAllocator allocator;

  @BeforeEach
  void open() {
    allocator = Allocators.child("storage", 64 << 20);
  }

  @AfterEach
  void everythingIsGivenBack() {
    assertEquals(0, allocator.getAllocatedMemory());
    allocator.close();
    assertEquals(0, Allocators.root().getAllocatedMemory());
  }

  private Region region(byte[] payload) {
    AllocatedRegion region =
        AllocatedRegion.allocate(Allocators.allocated(), BEFORE + payload.length, 0);
    try (ArrowBuf bytes = region.view(0, region.size())) {
      bytes.setZero(0, BEFORE);
      bytes.setBytes(BEFORE, payload);
    }
    return region;
  }

  private static byte[] content(int size) {
    byte[] content = new byte[size];
    Random random = new Random(7);
    for (int i = 0; i < size; i++) {
      // Runs, so that it compresses, and all byte values.
      content[i] = i % 50 < 40 && i > 0 ? content[i - 1] : (byte) random.nextInt();
    }
    return content;
  }

  private static byte[] lz4(byte[] content) {
    return LZ4Factory.safeInstance().fastCompressor().compress(content);
  }

  private static byte[] storage(byte[] content, boolean integers) {
    return ByteStorageBytes.of(lz4(content), Xxh3.hash(content), content.length, integers);
  }

  private byte[] unpacked(byte[] payload, boolean claimed) {
    try (Region region = region(payload)) {
      ByteStorage storage = ByteStorage.find(region, BEFORE, claimed).orElseThrow();
      assertEquals(0, allocator.getPeakMemoryAllocation(), "nothing is needed to find it");
      try (AllocatedRegion plain = storage.unpack(RegionMemory.of(allocator), 0)) {
        byte[] bytes = plain.copy(0, (int) plain.size(), "content").array();
        assertEquals(storage.originalSize(), bytes.length);
        assertEquals(storage.checksum(), Xxh3.hash(bytes));
        try (ArrowBuf view = plain.view(0, 1)) {
          assertEquals(0, view.memoryAddress() % 64);
        }
        return bytes;
      }
    }
  }

  private CorruptEntryException refused(byte[] payload, boolean claimed) {
    try (Region region = region(payload)) {
      return assertThrows(
          CorruptEntryException.class, () -> ByteStorage.find(region, BEFORE, claimed));
    }
  }

  private boolean isNone(byte[] payload) {
    try (Region region = region(payload)) {
      return ByteStorage.find(region, BEFORE, false).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void bothEncodingsAreReadWhetherClaimedOrNot(boolean integers, boolean claimed) {
    byte[] content = content(100_000);
    byte[] payload = storage(content, integers);
    assertTrue(payload.length < content.length);
    assertArrayEquals(content, unpacked(payload, claimed));
    // The target, and of integers the bytes that they spell.
    long gathered = integers ? lz4(content).length + 64 : 0;
    assertEquals(content.length + 64 + gathered, allocator.getPeakMemoryAllocation());
  }

  /** A head for so many members or bytes, of any of the lengths of MessagePack. */
  private static byte[] wrapped(String head, byte[] data, byte[] content, String size) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    HexFormat hex = HexFormat.of();
    out.writeBytes(hex.parseHex("94" + head));
    out.writeBytes(data);
    out.write(0x98);
    for (byte one : ByteBuffer.allocate(8).putLong(Xxh3.hash(content)).array()) {
      if (one < 0) {
        out.write(0xCC);
      }
      out.write(one);
    }
    out.writeBytes(hex.parseHex(size));
    out.write(0xA7);
    out.writeBytes("msgpack".getBytes(US_ASCII));
    return out.toByteArray();
  }

  @Test
  void headsOfEveryWidthAreRead() {
    byte[] seven = {'c', 'o', 'n', 't', 'e', 'n', 't'};
    byte[] literals = Lz4Block.literals(seven);
    assertEquals(8, literals.length);
    for (String head :
        new String[] {"c408", "c50008", "c600000008", "98", "dc0008", "dd00000008"}) {
      for (String size :
          new String[] {"07", "cc07", "cd0007", "ce00000007", "cf0000000000000007"}) {
        assertArrayEquals(seven, unpackedAfresh(wrapped(head, literals, seven, size)), head);
      }
    }
    // Integers may be written wider than they need be.
    ByteArrayOutputStream wide = new ByteArrayOutputStream();
    for (byte one : literals) {
      wide.writeBytes(new byte[] {(byte) 0xCD, 0, one});
    }
    assertArrayEquals(seven, unpackedAfresh(wrapped("98", wide.toByteArray(), seven, "07")));
  }

  private byte[] unpackedAfresh(byte[] payload) {
    allocator.close();
    allocator = Allocators.child("storage", 64 << 20);
    return unpacked(payload, true);
  }

  @Test
  void thePlaceThatIsAskedForIsAligned() {
    byte[] content = content(1000);
    try (Region region = region(storage(content, false));
        AllocatedRegion plain =
            ByteStorage.find(region, BEFORE, true)
                .orElseThrow()
                .unpack(RegionMemory.of(allocator), 13);
        ArrowBuf view = plain.view(13, 1)) {
      assertEquals(0, view.memoryAddress() % 64);
    }
  }

  @Test
  void theChecksumIsToldAndNotCompared() {
    byte[] content = content(1000);
    byte[] payload =
        ByteStorageBytes.of(lz4(content), 0xFEDC_BA98_7654_3210L, content.length, false);
    try (Region region = region(payload)) {
      ByteStorage storage = ByteStorage.find(region, BEFORE, true).orElseThrow();
      assertEquals(0xFEDC_BA98_7654_3210L, storage.checksum());
      assertEquals(
          0x98, region.copy(storage.checksumOffset(), 1, "checksum").get(0) & 0xFF, "its list");
      storage.unpack(RegionMemory.of(allocator), 0).close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    // compressed bytes, size that is claimed, what is said
    "1000, 1000001, more than 1000 times as many",
    "1000, 4294967295, at most 536870912 are allowed",
    "600000, 536870913, at most 536870912 are allowed",
    "0, 0, is empty",
    "0, 1, is empty",
    "1, 1001, more than 1000 times as many",
  })
  void whatBreaksALimitIsRefusedBeforeAnythingIsAllocated(int length, long size, String said) {
    for (boolean integers : new boolean[] {false, true}) {
      for (boolean claimed : new boolean[] {false, true}) {
        byte[] payload = ByteStorageBytes.of(new byte[length], 1, size, integers);
        CorruptEntryException e = refused(payload, claimed);
        assertTrue(e.getMessage().contains(said), e.getMessage());
        assertTrue(e.getMessage().startsWith("corrupt entry at byte "), e.getMessage());
      }
    }
    assertEquals(0, allocator.getPeakMemoryAllocation());
  }

  @ParameterizedTest
  @CsvSource({"1000, 1000000", "1, 1000", "536871, 536870912", "8, 0"})
  void atTheLimitItIsFound(int length, long size) {
    byte[] payload = ByteStorageBytes.of(new byte[length], 1, size, false);
    try (Region region = region(payload)) {
      assertEquals(size, ByteStorage.find(region, BEFORE, false).orElseThrow().originalSize());
    }
    assertEquals(0, allocator.getPeakMemoryAllocation());
  }

  /** A file of nothing but the head and the tail of a container, mapped. */
  private Region container(long size) throws IOException {
    Path file = directory.resolve("container");
    byte[] tail = ByteStorageBytes.of(new byte[0], 1, 1000, false);
    tail = Arrays.copyOfRange(tail, 6, tail.length);
    long length = size - 6 - tail.length;
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.write(HexFormat.of().parseHex("94c6"));
      out.writeInt((int) length);
      out.seek(size - tail.length);
      out.write(tail);
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return new MappedRegion(channel, 0, size, Allocators.mapped());
    }
  }

  @Test
  void aContainerOfMoreThanHalfAGibibyteIsRefused() throws IOException {
    try (Region most = container(MOST)) {
      assertEquals(1000, ByteStorage.find(most, 0, true).orElseThrow().originalSize());
    }
    try (Region more = container(MOST + 1)) {
      CorruptEntryException e =
          assertThrows(CorruptEntryException.class, () -> ByteStorage.find(more, 0, true));
      assertTrue(e.getMessage().contains("the container has 536870913 bytes"), e.getMessage());
    }
  }

  private CorruptEntryException damaged(byte[] compressed, long size) {
    CorruptEntryException last = null;
    for (boolean integers : new boolean[] {false, true}) {
      byte[] payload = ByteStorageBytes.of(compressed, 1, size, integers);
      try (Region region = region(payload)) {
        ByteStorage storage = ByteStorage.find(region, BEFORE, true).orElseThrow();
        last =
            assertThrows(
                CorruptEntryException.class,
                () -> storage.unpack(RegionMemory.of(allocator), 0).close());
        assertEquals(0, allocator.getAllocatedMemory(), "the target is kept");
      }
    }
    return last;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "f0", // literals without a length
        "f0ffffffffffffff", // a length without end
        "50414243", // fewer literals than announced
        "104100", // half a distance
        "1041000010414141", // a distance of nothing
        "1041050010414141", // a distance to before the start
        "1f410100ffffffffff", // a match without end
        "00",
      })
  void aDamagedBlockIsRefused(String block) {
    damaged(HexFormat.of().parseHex(block), 1000);
  }

  @Test
  void aBlockIsRefusedHoweverItIsCut() {
    byte[] content = content(900);
    byte[] block = lz4(content);
    for (int length = 1; length < block.length; length++) {
      damaged(Arrays.copyOf(block, length), content.length);
    }
  }

  @Test
  void aSizeThatLiesIsRefused() {
    byte[] content = content(1000);
    CorruptEntryException more = damaged(lz4(content), 1001);
    assertTrue(more.getMessage().contains("1000 bytes where 1001 are claimed"), more.getMessage());
    damaged(lz4(content), 999);
    damaged(lz4(content), 0);
    damaged(lz4(content), 100_000);
  }

  @Test
  void whatClaimsToBeOneAndIsNoneIsRefused() {
    HexFormat hex = HexFormat.of();
    for (String document : new String[] {"94010203a161", "93010203", "80", "c0", "a3616263"}) {
      CorruptEntryException e = refused(hex.parseHex(document), true);
      assertTrue(e.getMessage().contains("the header claims a compressed payload"), e.getMessage());
      assertTrue(isNone(hex.parseHex(document)), document);
    }
    refused(new byte[0], true);
    assertTrue(isNone(new byte[0]));
  }

  @Test
  void whatIsCutOffIsRefusedWhereItIsClaimed() {
    byte[] payload = storage(content(50), false);
    for (int length = 0; length < payload.length; length++) {
      refused(Arrays.copyOf(payload, length), true);
    }
  }

  @Test
  void threeOfFourMembersAreADamagedOne() {
    byte[] content = content(1000);
    for (boolean integers : new boolean[] {false, true}) {
      byte[] sound = storage(content, integers);
      int size = sound.length - 8 - 5;
      byte[] noText = sound.clone();
      noText[sound.length - 8] = (byte) 0xC4;
      noText = Arrays.copyOf(noText, sound.length - 6);
      noText[sound.length - 7] = 0;
      byte[] noSize = sound.clone();
      // A float in the place of the size.
      noSize[size] = (byte) 0xCA;
      byte[] noChecksum = sound.clone();
      // One of its bytes is negative.
      noChecksum[size - 2] = (byte) 0xD0;
      noChecksum[size - 1] = (byte) 0x80;
      byte[] longer = Arrays.copyOf(sound, sound.length + 1);
      isDamaged(noText, "no text comes fourth");
      isDamaged(noSize, "no size comes third");
      isDamaged(noChecksum, "an integer is no byte");
      isDamaged(longer, "something follows");
    }
  }

  private void isDamaged(byte[] payload, String said) {
    CorruptEntryException e = refused(payload, false);
    assertTrue(e.getMessage().contains("damaged ByteStorage: " + said), e.getMessage());
  }

  @Test
  void aListOfIntegersAndEightOthersIsData() {
    byte[] sound = storage(content(1000), true);
    byte[] other = sound.clone();
    other[sound.length - 13] = (byte) 0xCA;
    System.arraycopy("another".getBytes(US_ASCII), 0, other, sound.length - 7, 7);
    assertTrue(isNone(other));
    Optional<ByteStorage> found;
    try (Region region = region(sound)) {
      found = ByteStorage.find(region, BEFORE, false);
    }
    assertTrue(found.isPresent());
  }

  @Test
  void aMemberThatIsNoByteIsRefused() {
    byte[] content = {1, 2, 3};
    byte[] block = Lz4Block.literals(content);
    assertEquals(4, block.length);
    for (String integers : new String[] {"30cd01000203", "30ff0203", "30c00203", "30cb0203"}) {
      byte[] payload = wrapped("94", HexFormat.of().parseHex(integers), content, "03");
      refused(payload, true);
    }
  }
}

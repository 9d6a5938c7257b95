package dev.envelope.entry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.CorruptEntryException;
import dev.envelope.UnsupportedEntryException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The 14 bytes before a stored value say when it expires, and nothing else is taken for them. */
final class FileHeaderTest {
  private static final long NOW = 1_800_000_000L;

  private static FileHeader parse(String hex) {
    return FileHeader.parse(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
  }

  @Test
  void theExpiryIsBigEndian() {
    assertEquals(0, parse("434b0100000000000000000000" + "00").expiresAt());
    assertEquals(1, parse("434b0100000000000000000000" + "01").expiresAt());
    assertEquals(0x0102030405060708L, parse("434b01000000" + "0102030405060708").expiresAt());
    assertEquals(4_102_444_800L, parse("434b01000000" + "00000000f4865700").expiresAt());
  }

  @Test
  void onlyTheHeaderIsLookedAtAndThePositionStays() {
    ByteBuffer bytes =
        ByteBuffer.wrap(HexFormat.of().parseHex("ffff" + "434b010000000000000000000005" + "434b03"))
            .position(2);
    assertEquals(5, FileHeader.parse(bytes).expiresAt());
    assertEquals(2, bytes.position());
  }

  @Test
  void anEntryExpiresInTheSecondThatItsExpiryNames() {
    FileHeader header = new FileHeader(NOW);
    assertFalse(header.expired(NOW - 1));
    assertTrue(header.expired(NOW));
    assertTrue(header.expired(NOW + 1));
  }

  @Test
  void zeroIsNever() {
    assertFalse(new FileHeader(0).expired(NOW));
    assertFalse(new FileHeader(0).expired(Long.MAX_VALUE));
  }

  @Test
  void theExpiryIsUnsigned() {
    FileHeader far = parse("434b01000000" + "ffffffffffffffff");
    assertEquals(-1, far.expiresAt());
    assertFalse(far.expired(NOW));
    assertFalse(parse("434b01000000" + "8000000000000000").expired(NOW));
  }

  @Test
  void shortFilesAreCorrupt() {
    byte[] whole = HexFormat.of().parseHex("434b010000000000000000000000");
    for (int length = 0; length < FileHeader.LENGTH; length++) {
      ByteBuffer cut = ByteBuffer.wrap(Arrays.copyOf(whole, length));
      CorruptEntryException error =
          assertThrows(CorruptEntryException.class, () -> FileHeader.parse(cut));
      assertTrue(error.getMessage().contains("only " + length + " bytes"), error.getMessage());
    }
  }

  @Test
  void otherMagicIsCorrupt() {
    for (String magic : new String[] {"0000", "434c", "4a4b", "7b22", "4b43"}) {
      assertThrows(CorruptEntryException.class, () -> parse(magic + "0100" + "00".repeat(10)));
    }
  }

  @Test
  void theFrameInsideIsNotTakenForTheHeader() {
    UnsupportedEntryException error =
        assertThrows(UnsupportedEntryException.class, () -> parse("434b03" + "00".repeat(11)));
    assertTrue(error.getMessage().contains("version 3"), error.getMessage());
  }

  @Test
  void otherVersionsAreRefused() {
    for (String version : new String[] {"00", "02", "ff"}) {
      assertThrows(
          UnsupportedEntryException.class, () -> parse("434b" + version + "00".repeat(11)));
    }
  }

  @Test
  void aReservedByteOrFlagsThatAreSetAreRefused() {
    for (String set : new String[] {"010000", "000001", "000100", "008000", "ffffff"}) {
      UnsupportedEntryException error =
          assertThrows(
              UnsupportedEntryException.class, () -> parse("434b01" + set + "00".repeat(8)));
      assertTrue(error.getMessage().contains("flags"), error.getMessage());
    }
  }
}

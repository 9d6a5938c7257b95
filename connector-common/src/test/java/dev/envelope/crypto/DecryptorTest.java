package dev.envelope.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.AuthenticationException;
import dev.envelope.StoreException;
import dev.envelope.memory.AllocatedRegion;
import dev.envelope.memory.Allocators;
import dev.envelope.memory.MappedRegion;
import dev.envelope.memory.Region;
import dev.envelope.memory.RegionMemory;
import dev.envelope.options.KeySettings;
import dev.envelope.testing.Sealing;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where plaintext comes to lie, what it costs, which keys are tried, and what failures leave. */
final class DecryptorTest {
  private static final String TENANT = "cross-sdk-test";
  private static final String KEY = "func:shop.orders:args:1:1s";
  private static final String A = "61".repeat(32);
  private static final String FINGERPRINT_OF_A = "96179a9bc881aa7ca83f04b78a66afd3";
  private static final String B = "62".repeat(32);
  private static final String C = "63".repeat(32);

  /** What stands before the payload: a header of an odd length. */
  private static final int BEFORE = 135;

  /** An allocated region has room for an alignment. */
  private static final int ROOM = 64;

  private static final int SIZE = 1_000_000;

  @TempDir Path directory;

  private final byte[] plain = new byte[SIZE];
  private BufferAllocator allocator;
  private int pulls;

  @BeforeEach
  void fill() {
    new Random(42).nextBytes(plain);
    allocator = Allocators.child("decryptor", 1L << 30);
  }

  @AfterEach
  void everythingIsGivenBack() {
    assertEquals(0, allocator.getAllocatedMemory());
    allocator.close();
    assertEquals(0, Allocators.root().getAllocatedMemory());
  }

  private static Binding binding(String tenant, String key) {
    return new Binding(tenant, key, "arrow", false, "arrow");
  }

  private static final List<Binding> BOUND = List.of(binding(TENANT, KEY));

  private static byte[] sealed(String masterKey, String key, byte[] content) {
    byte[] payload =
        new Sealing(masterKey, TENANT, List.of(key, "arrow", "False", "arrow")).seal(content);
    byte[] value = new byte[BEFORE + payload.length];
    System.arraycopy(payload, 0, value, BEFORE, payload.length);
    return value;
  }

  private byte[] sealedBy(String masterKey) {
    return sealed(masterKey, KEY, plain);
  }

  private Region pulled(byte[] value) {
    pulls++;
    AllocatedRegion region = AllocatedRegion.allocate(allocator, value.length, BEFORE + 20);
    try (ArrowBuf bytes = region.view(0, value.length)) {
      bytes.setBytes(0, value);
    }
    return region;
  }

  private Region mapped(byte[] value) throws IOException {
    Path file = Files.write(directory.resolve("value"), value);
    try (FileChannel channel = FileChannel.open(file)) {
      return new MappedRegion(channel, 0, value.length, Allocators.mapped());
    }
  }

  private static Decryptor withKeys(String current, String... previous) {
    return new Decryptor(
        new KeySettings(
            current, previous.length == 0 ? null : String.join(",", previous), null, null));
  }

  private Decryptor.Plaintext decrypt(
      Decryptor decryptor,
      Region region,
      String fingerprint,
      List<Binding> bindings,
      Supplier<Region> again) {
    return decryptor.decrypt(
        region, BEFORE, fingerprint, bindings, RegionMemory.of(allocator), again);
  }

  private static Region never() {
    throw new AssertionError("pulled again");
  }

  private static long address(Region region, long offset) {
    try (ArrowBuf bytes = region.view(offset, 1)) {
      return bytes.memoryAddress();
    }
  }

  private void isPlain(Region region, long offset) {
    assertEquals(SIZE, region.size() - offset);
    assertArrayEquals(plain, region.copy(offset, SIZE, "plaintext").array());
  }

  /** Memory of that many pulled regions, and not a byte more, was held at once. */
  private void peakIs(long regions) {
    long one = BEFORE + Decryptor.NONCE + SIZE + Decryptor.TAG + ROOM;
    assertEquals(regions * one, allocator.getPeakMemoryAllocation());
  }

  @Test
  void onePulledRegionIsDecryptedWhereItLies() {
    try (Decryptor decryptor = withKeys(A, B)) {
      Region region = pulled(sealedBy(A));
      long ciphertext = address(region, BEFORE + Decryptor.NONCE);
      var plaintext = decrypt(decryptor, region, FINGERPRINT_OF_A, BOUND, null);
      try (Region here = plaintext.region()) {
        assertEquals(ciphertext, address(here, plaintext.offset()));
        assertEquals(0, address(here, plaintext.offset() + 8) % 64);
        isPlain(here, plaintext.offset());
        peakIs(1);
      }
    }
  }

  @Test
  void theSmallestPayloadIsEmpty() {
    try (Decryptor decryptor = withKeys(A);
        Region region =
            decrypt(decryptor, pulled(sealed(A, KEY, new byte[0])), null, BOUND, null).region()) {
      assertEquals(BEFORE + Decryptor.NONCE, region.size());
    }
  }

  @Test
  void aMapIsDecryptedIntoAnotherRegion() throws IOException {
    byte[] value = sealedBy(A);
    try (Decryptor decryptor = withKeys(A)) {
      var plaintext = decrypt(decryptor, mapped(value), FINGERPRINT_OF_A, BOUND, null);
      assertEquals(0, Allocators.mapped().getAllocatedMemory(), "the map is kept");
      try (Region region = plaintext.region()) {
        isPlain(region, plaintext.offset());
        assertEquals(SIZE + ROOM, allocator.getPeakMemoryAllocation());
      }
    }
    assertArrayEquals(value, Files.readAllBytes(directory.resolve("value")));
  }

  @Test
  void aTagThatFailsDropsTheRegion() throws IOException {
    byte[] value = sealedBy(A);
    value[value.length - 1] ^= 1;
    try (Decryptor decryptor = withKeys(A)) {
      for (Region region : List.of(pulled(value), mapped(value))) {
        AuthenticationException e =
            assertThrows(
                AuthenticationException.class,
                () -> decrypt(decryptor, region, FINGERPRINT_OF_A, BOUND, DecryptorTest::never));
        assertTrue(e.getMessage().contains("does not pass its authentication"), e.getMessage());
        assertThrows(IllegalStateException.class, () -> region.view(0, 1));
      }
      assertEquals(0, Allocators.root().getAllocatedMemory());
      Region last = pulled(value);
      assertThrows(
          AuthenticationException.class, () -> decrypt(decryptor, last, null, BOUND, null));
    }
  }

  @Test
  void theKeyOfTheFingerprintIsTheOnlyOneTried() {
    try (Decryptor decryptor = withKeys(C, B, A)) {
      var plaintext =
          decrypt(decryptor, pulled(sealedBy(A)), FINGERPRINT_OF_A, BOUND, DecryptorTest::never);
      try (Region region = plaintext.region()) {
        isPlain(region, plaintext.offset());
      }
      // B would open it, but it is not the one that is named.
      assertThrows(
          AuthenticationException.class,
          () ->
              decrypt(
                  decryptor, pulled(sealedBy(B)), FINGERPRINT_OF_A, BOUND, DecryptorTest::never));
      peakIs(1);
    }
  }

  @Test
  void keysAreTriedInTheirOrderEachOnANewPull() {
    List<String> keys = List.of(A, B, C);
    for (int i = 0; i < keys.size(); i++) {
      byte[] value = sealedBy(keys.get(i));
      pulls = 0;
      try (Decryptor decryptor = withKeys(A, B, C)) {
        var plaintext = decrypt(decryptor, pulled(value), null, BOUND, () -> pulled(value));
        try (Region region = plaintext.region()) {
          isPlain(region, plaintext.offset());
          assertEquals(BEFORE + Decryptor.NONCE, plaintext.offset());
          assertEquals(1 + i, pulls);
        }
      }
    }
    peakIs(1);
  }

  @Test
  void whatCannotBePulledAgainIsKeptUntilAKeyFits() {
    byte[] value = sealedBy(C);
    try (Decryptor decryptor = withKeys(A, B, C)) {
      Region region = pulled(value);
      var plaintext = decrypt(decryptor, region, null, BOUND, null);
      assertThrows(IllegalStateException.class, () -> region.view(0, 1), "the source is kept");
      try (Region here = plaintext.region()) {
        isPlain(here, plaintext.offset());
        assertNotEquals(region, here);
        assertEquals(1, pulls);
        long source = (long) value.length + ROOM;
        assertEquals(source + SIZE + ROOM, allocator.getPeakMemoryAllocation());
      }
      byte[] strange = sealedBy("64".repeat(32));
      assertThrows(
          AuthenticationException.class,
          () -> decrypt(decryptor, pulled(strange), null, BOUND, null));
    }
  }

  @Test
  void aSecondBindingTakesASecondPullOnce() {
    List<Binding> either = List.of(binding(TENANT, "t:default:" + KEY), binding(TENANT, KEY));
    byte[] value = sealedBy(A);
    try (Decryptor decryptor = withKeys(A)) {
      for (int pullsExpected : new int[] {2, 1, 1}) {
        pulls = 0;
        var plaintext =
            decrypt(decryptor, pulled(value), FINGERPRINT_OF_A, either, () -> pulled(value));
        try (Region region = plaintext.region()) {
          isPlain(region, plaintext.offset());
          assertEquals(pullsExpected, pulls, "what bound the one before is tried first");
        }
      }
      // One that is bound to the other is found still.
      byte[] other = sealed(A, "t:default:" + KEY, plain);
      pulls = 0;
      var plaintext =
          decrypt(decryptor, pulled(other), FINGERPRINT_OF_A, either, () -> pulled(other));
      try (Region region = plaintext.region()) {
        isPlain(region, plaintext.offset());
        assertEquals(2, pulls);
      }
    }
    peakIs(1);
  }

  @Test
  void aPullThatFailsLeavesNothingBehind() {
    StoreException gone = new StoreException("the server is gone");
    try (Decryptor decryptor = withKeys(A, B)) {
      StoreException e =
          assertThrows(
              StoreException.class,
              () ->
                  decrypt(
                      decryptor,
                      pulled(sealedBy(B)),
                      null,
                      BOUND,
                      () -> {
                        throw gone;
                      }));
      assertSame(gone, e);
    }
  }

  @Test
  void everythingThatItIsBoundToCounts() {
    Binding right = BOUND.get(0);
    List<Binding> others =
        List.of(
            binding(TENANT + "2", KEY),
            binding(TENANT, KEY + "2"),
            new Binding(TENANT, KEY, "msgpack", false, "arrow"),
            new Binding(TENANT, KEY, "arrow", true, "arrow"),
            new Binding(TENANT, KEY, "arrow", false, "numpy"),
            new Binding(TENANT, KEY, "arrow", false, null));
    byte[] value = sealedBy(A);
    try (Decryptor decryptor = withKeys(A)) {
      for (Binding other : others) {
        assertThrows(
            AuthenticationException.class,
            () -> decrypt(decryptor, pulled(value), null, List.of(other), null),
            other.toString());
      }
      decrypt(decryptor, pulled(value), null, List.of(right), null).region().close();
    }
  }

  @Test
  void withoutAKeyTheErrorSaysWhereItCouldComeFrom() {
    try (Decryptor decryptor = new Decryptor(new KeySettings(null, null, null, null))) {
      assertFalse(decryptor.hasKeys());
      AuthenticationException e =
          assertThrows(
              AuthenticationException.class,
              () -> decrypt(decryptor, pulled(sealedBy(A)), null, BOUND, DecryptorTest::never));
      for (String place :
          List.of(
              "master-key-secret-file",
              "master-key-secret,",
              "master-key-provider",
              "CACHEKIT_MASTER_KEY",
              "'" + TENANT + "'")) {
        assertTrue(e.getMessage().contains(place), e.getMessage());
      }
    }
  }

  /** Counts its calls, and keeps what it gave away. */
  static final class Counted implements MasterKeyProvider {
    private static final List<byte[]> ALL = new ArrayList<>();

    @Override
    public List<byte[]> masterKeys() {
      byte[] key = "a".repeat(32).getBytes(UTF_8);
      ALL.add(key);
      return List.of(key);
    }
  }

  @Test
  void keysAreLoadedOnceAndWipedInTheEnd() {
    Counted.ALL.clear();
    Decryptor decryptor = new Decryptor(new KeySettings(null, null, null, Counted.class.getName()));
    assertEquals(0, Counted.ALL.size());
    for (int i = 0; i < 3; i++) {
      assertTrue(decryptor.hasKeys());
      decrypt(decryptor, pulled(sealedBy(A)), FINGERPRINT_OF_A, BOUND, null).region().close();
    }
    assertEquals(1, Counted.ALL.size());
    assertFalse(Arrays.equals(new byte[32], Counted.ALL.get(0)));
    decryptor.close();
    decryptor.close();
    assertArrayEquals(new byte[32], Counted.ALL.get(0));
  }

  @Test
  void noErrorShowsAKey() {
    byte[] value = sealedBy(B);
    try (Decryptor decryptor = withKeys(A)) {
      for (String fingerprint : new String[] {null, FINGERPRINT_OF_A, "00".repeat(16)}) {
        AuthenticationException e =
            assertThrows(
                AuthenticationException.class,
                () -> decrypt(decryptor, pulled(value), fingerprint, BOUND, null));
        assertFalse(e.getMessage().contains("6161"), e.getMessage());
      }
    }
  }
}

package dev.envelope.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.AuthenticationException;
import dev.envelope.InvalidOptionException;
import dev.envelope.StoreException;
import dev.envelope.options.KeySettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys from every source, the rules that they must keep, and what their errors may not show. */
final class KeyringTest {
  private static final String TENANT = "cross-sdk-test";

  /** The check value of the format. */
  private static final String CURRENT = "61".repeat(32);

  private static final String CURRENT_FINGERPRINT = "96179a9bc881aa7ca83f04b78a66afd3";

  private static final String OLD = "0b5e1f".repeat(11);
  private static final String OLDER = "7c".repeat(40);
  private static final String OLDEST = "9d".repeat(32);

  @TempDir Path directory;

  private static KeySettings options(String current, String previous) {
    return new KeySettings(current, previous, null, null);
  }

  private KeySettings file(String... lines) throws IOException {
    Path file = Files.write(directory.resolve("keys"), List.of(lines));
    return new KeySettings(null, null, file.toString(), null);
  }

  private static KeySettings provider(Class<?> type) {
    return new KeySettings(null, null, null, type.getName());
  }

  private static List<String> fingerprints(KeySettings settings, String wanted) {
    try (Keyring keyring = Keyring.load(settings)) {
      List<TenantKey> keys = keyring.candidates(TENANT, wanted);
      List<String> fingerprints = keys.stream().map(TenantKey::fingerprint).toList();
      keys.forEach(TenantKey::close);
      return fingerprints;
    }
  }

  /** What a refusal says, of which nothing shows a part of any key. */
  private static String refusal(KeySettings settings, String... keys) {
    InvalidOptionException e =
        assertThrows(InvalidOptionException.class, () -> Keyring.load(settings));
    StringWriter all = new StringWriter();
    e.printStackTrace(new PrintWriter(all));
    for (String key : keys) {
      for (int i = 0; i + 8 <= key.length(); i++) {
        String part = key.substring(i, i + 8);
        assertFalse(all.toString().contains(part), () -> part + " is shown in " + all);
      }
    }
    return e.getMessage();
  }

  @Test
  void theCheckValueOfTheFormatComesOut() {
    assertEquals(List.of(CURRENT_FINGERPRINT), fingerprints(options(CURRENT, null), null));
    assertEquals(
        List.of(CURRENT_FINGERPRINT), fingerprints(options(CURRENT, null), CURRENT_FINGERPRINT));
  }

  @Test
  void anotherTenantHasAnotherKey() {
    try (TenantKey one = TenantKey.derive(new byte[32], TENANT.getBytes(UTF_8));
        TenantKey other = TenantKey.derive(new byte[32], (TENANT + "x").getBytes(UTF_8))) {
      assertFalse(Arrays.equals(one.bytes(), other.bytes()));
      assertFalse(one.fingerprint().equals(other.fingerprint()));
    }
  }

  @Test
  void theFingerprintSelectsTheOnlyKey() {
    KeySettings four = options(OLD, String.join(",", OLDER, CURRENT, OLDEST));
    assertEquals(List.of(CURRENT_FINGERPRINT), fingerprints(four, CURRENT_FINGERPRINT));
    assertEquals(
        List.of(CURRENT_FINGERPRINT), fingerprints(four, "96179A9BC881AA7CA83F04B78A66AFD3"));
  }

  @Test
  void withoutAFingerprintAllKeysComeInTheirOrder() {
    List<String> keys = List.of(OLD, OLDER, CURRENT, OLDEST);
    List<String> expected =
        keys.stream().flatMap(key -> fingerprints(options(key, null), null).stream()).toList();
    assertEquals(4, expected.stream().distinct().count());
    assertEquals(CURRENT_FINGERPRINT, expected.get(2));
    KeySettings four = options(OLD, " " + OLDER + " ,\t" + CURRENT + "," + OLDEST + ", ");
    assertEquals(expected, fingerprints(four, null));
  }

  @Test
  void aFingerprintOfNoKeyIsRefused() {
    String strange = "00".repeat(16);
    AuthenticationException e =
        assertThrows(
            AuthenticationException.class, () -> fingerprints(options(CURRENT, OLD), strange));
    assertTrue(e.getMessage().contains(strange), e.getMessage());
    assertTrue(e.getMessage().contains("tenant '" + TENANT + "'"), e.getMessage());
    assertThrows(AuthenticationException.class, () -> fingerprints(options(CURRENT, null), ""));
  }

  @Test
  void aTenantWhoseLengthDoesNotFitIsRefused() {
    try (Keyring keyring = Keyring.load(options(CURRENT, null))) {
      keyring.candidates("t".repeat(65_535), null).forEach(TenantKey::close);
      assertThrows(
          AuthenticationException.class, () -> keyring.candidates("t".repeat(65_536), null));
    }
  }

  @Test
  void keysThatAreTooShortAreRefused() {
    String shorter = "61".repeat(31);
    assertEquals(
        "the master key has less than 32 bytes (64 digits)",
        refusal(options(shorter, null), shorter));
    assertEquals(
        "previous master key 2 has less than 32 bytes (64 digits)",
        refusal(options(CURRENT, OLD + "," + shorter), CURRENT, OLD));
  }

  @Test
  void keysThatAreNotHexadecimalAreRefused() {
    String text = "correct horse battery staple, and then some";
    String message = refusal(options(text, null), text);
    assertTrue(message.startsWith("option 'master-key-secret': the master key"), message);
    assertTrue(message.contains("hexadecimal"), message);
    refusal(options(CURRENT + "6", null), CURRENT);
    String wrong = OLD.substring(1) + "g";
    message = refusal(options(CURRENT, OLDER + "," + wrong), CURRENT, OLDER, wrong);
    assertTrue(message.contains("previous master key 2"), message);
  }

  @Test
  void moreThanThreePreviousKeysAreRefused() {
    String fifth = "5e".repeat(32);
    String three = String.join(",", OLD, OLDER, OLDEST);
    assertEquals(4, fingerprints(options(CURRENT, three), null).size());
    assertEquals(
        "there are 4 previous master keys; cachekit has at most 3",
        refusal(options(CURRENT, three + "," + fifth), CURRENT, fifth));
  }

  @Test
  void theCurrentKeyAmongThePreviousOnesIsRefused() {
    assertEquals(
        "the current master key is also previous master key 2; a previous one only decrypts",
        refusal(options(OLD, OLDER + "," + OLD.toUpperCase(java.util.Locale.ROOT)), OLD, OLDER));
  }

  @Test
  void aFileHasAKeyOnEachLine() throws IOException {
    assertEquals(
        fingerprints(options(CURRENT, OLD), null),
        fingerprints(file("  " + CURRENT + "\r", "", OLD), null));
    String message = refusal(file(CURRENT, "not a key at all"), CURRENT, "not a key at all");
    assertTrue(message.startsWith("option 'master-key-secret-file': previous"), message);
  }

  @Test
  void aFileThatIsMissingOrNamesNoKeyIsRefused() throws IOException {
    KeySettings missing =
        new KeySettings(null, null, directory.resolve("nowhere").toString(), null);
    assertTrue(refusal(missing).contains("cannot be read"));
    // Else everything that is not encrypted would be trusted.
    assertTrue(refusal(file("", "  ")).contains("'master-key-secret-file': there is no key"));
    Files.write(directory.resolve("keys"), new byte[] {(byte) 0xC3, 0x28});
    KeySettings binary = new KeySettings(null, null, directory.resolve("keys").toString(), null);
    assertTrue(refusal(binary).contains("UTF-8"));
  }

  /** Hands out the check value and another key, in arrays that the test can see. */
  static final class Fixed implements MasterKeyProvider {
    private static List<byte[]> handedOut = List.of();

    @Override
    public List<byte[]> masterKeys() {
      byte[] current = new byte[32];
      byte[] previous = new byte[48];
      Arrays.fill(current, (byte) 0x61);
      Arrays.fill(previous, (byte) 0x62);
      handedOut = List.of(current, previous);
      return handedOut;
    }
  }

  @Test
  void aProvidersKeysAreUsedAndWiped() {
    Keyring keyring = Keyring.load(provider(Fixed.class));
    List<TenantKey> keys = keyring.candidates(TENANT, CURRENT_FINGERPRINT);
    assertEquals(1, keys.size());
    TenantKey key = keys.get(0);
    assertEquals(CURRENT_FINGERPRINT, key.fingerprint());
    byte[] derived = key.bytes();
    key.close();
    assertArrayEquals(new byte[32], derived);
    assertEquals(0x61, Fixed.handedOut.get(0)[31]);
    keyring.close();
    assertArrayEquals(new byte[32], Fixed.handedOut.get(0));
    assertArrayEquals(new byte[48], Fixed.handedOut.get(1));
  }

  /** The second key is too short. */
  static final class TooShort implements MasterKeyProvider {
    private static final byte[] GOOD = CURRENT.getBytes(UTF_8);
    private static final byte[] BAD = "a short one".getBytes(UTF_8);

    @Override
    public List<byte[]> masterKeys() {
      return Arrays.asList(GOOD, BAD, null);
    }
  }

  @Test
  void keysThatAreRefusedAreWipedToo() {
    assertTrue(refusal(provider(TooShort.class)).startsWith("previous master key 1 has less"));
    assertArrayEquals(new byte[64], TooShort.GOOD);
    assertArrayEquals(new byte[11], TooShort.BAD);
  }

  /** Is none. */
  static final class Stranger {}

  /** Cannot be made without a word. */
  static final class Demanding implements MasterKeyProvider {
    @SuppressWarnings("unused") // What it is about.
    Demanding(String word) {}

    @Override
    public List<byte[]> masterKeys() {
      return List.of();
    }
  }

  /** Cannot be made at all. */
  static final class Broken implements MasterKeyProvider {
    Broken() {
      throw new IllegalStateException("no service");
    }

    @Override
    public List<byte[]> masterKeys() {
      return List.of();
    }
  }

  @Test
  void aClassThatIsNoProviderIsRefusedByName() {
    KeySettings missing = new KeySettings(null, null, null, "org.example.NoSuchClass");
    assertTrue(refusal(missing).contains("class org.example.NoSuchClass"));
    String stranger = refusal(provider(Stranger.class));
    assertTrue(stranger.contains(Stranger.class.getName() + " does not implement"), stranger);
    assertTrue(stranger.contains(MasterKeyProvider.class.getName()), stranger);
    for (Class<?> type : List.of(Demanding.class, Broken.class, MasterKeyProvider.class)) {
      String message = refusal(provider(type));
      assertTrue(message.contains("no instance of class " + type.getName()), message);
    }
  }

  /** Its service fails. */
  static final class Failing implements MasterKeyProvider {
    @Override
    public List<byte[]> masterKeys() {
      throw new IllegalStateException("the service says no");
    }
  }

  /** Its service is away, which it says in our words. */
  static final class Away implements MasterKeyProvider {
    @Override
    public List<byte[]> masterKeys() {
      throw new StoreException("the key service does not answer");
    }
  }

  /** Forgets what it is for. */
  static final class Empty implements MasterKeyProvider {
    @Override
    public List<byte[]> masterKeys() {
      return List.of();
    }
  }

  /** Forgets even that. */
  static final class Null implements MasterKeyProvider {
    @Override
    public List<byte[]> masterKeys() {
      return null;
    }
  }

  @Test
  void aProviderThatFailsIsAnErrorWithItsName() {
    InvalidOptionException e =
        assertThrows(InvalidOptionException.class, () -> Keyring.load(provider(Failing.class)));
    assertTrue(e.getMessage().contains(Failing.class.getName()), e.getMessage());
    assertEquals("the service says no", e.getSuppressed()[0].getMessage());
    assertThrows(StoreException.class, () -> Keyring.load(provider(Away.class)));
  }

  @Test
  void aProviderWithoutAKeyIsRefused() {
    for (Class<?> type : List.of(Empty.class, Null.class)) {
      String message = refusal(provider(type));
      assertTrue(message.contains(type.getName() + " has no key"), message);
    }
  }

  @Test
  void settingsDoNotShowTheirKeys() throws IOException {
    assertEquals("keys given", options(CURRENT, OLD).toString());
    assertEquals(
        "keys of some.Provider", new KeySettings(null, null, null, "some.Provider").toString());
    KeySettings file = file(CURRENT);
    assertFalse(file.toString().contains(CURRENT));
    assertFalse(file.resolve().toString().contains(CURRENT));
    assertFalse(options(CURRENT, OLD).resolve().toString().contains(CURRENT));
    assertNull(file.current());
  }
}

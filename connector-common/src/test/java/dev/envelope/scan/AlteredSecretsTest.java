package dev.envelope.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.AuthenticationException;
import dev.envelope.testing.EntryFile;
import dev.envelope.testing.EntryWriter;
import dev.envelope.testing.KindCell;
import dev.envelope.testing.Probe;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Real encrypted entries of which a bit was altered wherever it counts, and keys that were rotated,
 * are others, or are missing: an error of authentication, which is never skipped.
 */
class AlteredSecretsTest {
  private static final String STRANGE = "63".repeat(32);

  @TempDir Path directory;

  static Stream<KindCell> frames() {
    return KindCell.all().stream()
        .filter(cell -> cell.isWritten() && cell.encrypted() && cell.envelope().equals("frame"))
        .filter(KindCell::hasRows);
  }

  private Map<String, String> options(KindCell cell, EntryFile entry, String... more) {
    entry.writeTo(directory);
    Map<String, String> options = new TreeMap<>(Probe.options(directory, entry, "read"));
    options.putAll(cell.options());
    for (int i = 0; i < more.length; i += 2) {
      options.put(more[i], more[i + 1]);
    }
    return options;
  }

  private void isRefused(KindCell cell, EntryFile entry, String... more) {
    for (String onCorrupt : List.of("fail", "skip")) {
      Map<String, String> options = options(cell, entry, more);
      options.put("on-corrupt", onCorrupt);
      AuthenticationException e =
          assertThrows(AuthenticationException.class, () -> Probe.spell(options));
      assertTrue(e.getMessage().contains("'" + entry.key() + "'"), e.getMessage());
      assertFalse(e.getMessage().contains(cell.masterKey()), "the key is shown");
    }
  }

  @ParameterizedTest
  @MethodSource("frames")
  void aBitAnywhereIsNoticed(KindCell cell) {
    EntryFile entry = cell.entry();
    int nonce = entry.payloadAt();
    for (int at : new int[] {nonce, nonce + 11, nonce + 12, entry.size() - 17, entry.size() - 1}) {
      isRefused(cell, entry.edited(file -> file.put(at, (byte) (file.get(at) ^ 1))));
    }
    isRefused(cell, entry.cutTo(entry.size() - 1));
    String header = entry.header();
    String tenant = cell.tenant();
    String fingerprint = cell.header("key_fingerprint");
    for (String altered :
        List.of(
            header.replace(tenant, flipped(tenant)),
            header.replace(fingerprint, flipped(fingerprint)),
            header.contains("\"compressed\": true")
                ? header.replace("\"compressed\": true", "\"compressed\": false")
                : header.replace("\"compressed\": false", "\"compressed\": true"),
            header.replace("\"encrypted\": true", "\"encrypted\": false"))) {
      assertFalse(altered.equals(header));
      isRefused(cell, entry.withHeader(altered));
    }
  }

  private static String flipped(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    bytes[bytes.length - 1] ^= 1;
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  @ParameterizedTest
  @MethodSource("frames")
  void anotherKeyNameIsNoticed(KindCell cell) {
    EntryFile entry = cell.entry();
    String other = flipped(entry.key());
    new EntryWriter(directory).stored(other, entry.value());
    Map<String, String> options = options(cell, entry);
    options.put("key", other);
    AuthenticationException e =
        assertThrows(AuthenticationException.class, () -> Probe.spell(options));
    assertTrue(e.getMessage().contains("'" + other + "'"), e.getMessage());
  }

  @ParameterizedTest
  @MethodSource("frames")
  void keysAreRotatedWrongOrMissing(KindCell cell) {
    EntryFile entry = cell.entry();
    Map<String, String> rotated =
        options(
            cell,
            entry,
            "master-key-secret",
            STRANGE,
            "previous-master-key-secrets",
            "64".repeat(32) + "," + cell.masterKey());
    assertEquals("", Probe.spell(rotated).differenceFrom(cell.rows()));
    isRefused(cell, entry, "master-key-secret", STRANGE);
    isRefused(cell, entry, "tenant", "somebody-else");
    Map<String, String> without = options(cell, entry);
    without.remove("master-key-secret");
    AuthenticationException e =
        assertThrows(AuthenticationException.class, () -> Probe.spell(without));
    assertTrue(e.getMessage().contains("master-key-secret"), e.getMessage());
  }

  static Stream<KindCell> plain() {
    return Arrays.stream(
            new String[] {"newest-map-default", "newest-map-orjson", "newest-matrix_table-arrow"})
        .map(KindCell::named);
  }

  @ParameterizedTest
  @MethodSource("plain")
  void whatIsNotEncryptedIsRefusedWhereThereIsAKey(KindCell cell) {
    EntryFile entry = cell.entry();
    Map<String, String> keyed = options(cell, entry, "master-key-secret", STRANGE);
    assertThrows(AuthenticationException.class, () -> Probe.spell(keyed));
    keyed.put("allow-plaintext", "true");
    assertEquals("", Probe.spell(keyed).differenceFrom(cell.rows()));
  }
}

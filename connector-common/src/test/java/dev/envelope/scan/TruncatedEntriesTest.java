package dev.envelope.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.CorruptEntryException;
import dev.envelope.memory.Allocators;
import dev.envelope.testing.EntryFile;
import dev.envelope.testing.Probe;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Entries cut off at every byte: each is corrupt, and says so with the place. */
@Timeout(120)
class TruncatedEntriesTest {
  private static final List<String> ENTRIES = List.of("one_row", "small_batches_none");

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({"map, verify", "map, skip", "read, verify", "read, skip"})
  void atEveryByte(String access, String integrity) {
    for (String name : ENTRIES) {
      EntryFile entry = EntryFile.bundled(name);
      for (int length = 0; length < entry.size(); length++) {
        // Signed only where enough is left to have a checksum; else there is nothing to sign.
        EntryFile cut = entry.cutTo(length);
        check(cut, access, integrity);
        check(cut.signed(), access, integrity);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"map, verify", "read, skip"})
  void atEveryByteOfALegacyEnvelope(String access, String integrity) {
    EntryFile frame = EntryFile.bundled("one_row");
    byte[] payload = Arrays.copyOfRange(frame.bytes(), frame.payloadAt(), frame.size());
    String json =
        "{\"data\": \"%s\", \"metadata\": {\"format\": \"arrow\"}, \"version\": \"2.0\"}"
            .formatted(Base64.getEncoder().encodeToString(payload));
    EntryFile entry = frame.withValue(json.getBytes(StandardCharsets.UTF_8));
    entry.writeTo(directory);
    Map<String, String> options = Probe.options(directory, entry, access);
    assertEquals(1, Probe.read(options, field -> true).rows());
    for (int length = 0; length < entry.size(); length++) {
      check(entry.cutTo(length), access, integrity);
    }
  }

  private void check(EntryFile cut, String access, String integrity) {
    cut.writeTo(directory);
    Map<String, String> options = Probe.options(directory, cut, access);
    options.put("integrity", integrity);
    options.put("region-linger", "0s");
    CorruptEntryException error =
        assertThrows(
            CorruptEntryException.class,
            () -> Probe.read(options, field -> true),
            () -> cut.name() + " cut to " + cut.size());
    assertEquals(cut.key(), error.entry());
    if (cut.size() >= EntryFile.FILE_HEADER) {
      assertTrue(error.offset() >= 0, error::toString);
      assertTrue(error.offset() <= cut.size() - EntryFile.FILE_HEADER, error::toString);
    }
    long peak = Allocators.allocated().getPeakMemoryAllocation();
    assertTrue(peak < 64 << 20, () -> "held " + peak + " bytes");
  }
}

package dev.envelope.options;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A slip finds the name that was meant, and something else finds nothing. */
final class NearestNameTest {
  private static final List<String> NAMES = OptionTable.all().stream().map(Option::name).toList();

  @ParameterizedTest
  @CsvSource({
    "mergeSchema, merge-schema",
    "mergeschema, merge-schema",
    "merge.schema, merge-schema",
    "MERGE_SCHEMA, merge-schema",
    "onMissing, on-missing",
    "on-mising, on-missing",
    "oncorupt, on-corrupt",
    "fileAcess, file-access",
    "keyfile, key-file",
    "keysfile, key-file",
    "ky, key",
    "kyes, keys",
    "pth, path",
    "apth, path",
    "splitsizes, split-size",
    "timestamp, timestamps",
    "regionLingerBytes, region-linger-size",
    "region-lingr, region-linger",
    "header,",
    "delimiter,",
    "x,",
    "'',",
  })
  void findsWhatWasMeant(String written, String meant) {
    assertEquals(Optional.ofNullable(meant), NearestName.of(written, NAMES));
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', 0",
    "abc, abc, 0",
    "abc, '', 3",
    "abc, ab, 1",
    "abc, abxc, 1",
    "abc, axc, 1",
    "abc, bac, 1",
    "kitten, sitting, 3",
  })
  void distanceCountsSlips(String a, String b, int slips) {
    assertEquals(slips, NearestName.distance(a, b));
    assertEquals(slips, NearestName.distance(b, a));
  }
}

package dev.envelope.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.CorruptEntryException;
import dev.envelope.EnvelopeException;
import dev.envelope.MissingEntryException;
import dev.envelope.StoreException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.memory.Allocators;
import dev.envelope.testing.ArrowSpots;
import dev.envelope.testing.ArrowSpots.Spot;
import dev.envelope.testing.EntryFile;
import dev.envelope.testing.Mutation;
import dev.envelope.testing.Mutation.Altered;
import dev.envelope.testing.Probe;
import dev.envelope.testing.StoredRaw;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.Test;

/**
 * Real entries, altered at random: each ends in the right rows or in a typed error that names the
 * entry, never in anything else; nothing leaks, nothing takes long or much.
 *
 * <p>Of half of the entries the checksum is recomputed, so that the structure alone must hold. Rows
 * may then differ, since the data was altered and signed, but a batch must be safe to read. In half
 * of those it is the numbers of the flatbuffers that are altered.
 *
 * <p>{@code -Denvelope.mutations=N} does N instead of 100,000; {@code -Denvelope.seed=S} others
 * ({@code random} for ones that nobody has seen); {@code -Denvelope.mutation=I} only the one with
 * that number. The file of the mutation at hand lies in {@code target/mutated-entries}, also after
 * a crash.
 */
class MutatedEntriesTest {
  private static final Path DIRECTORY = Path.of("target", "mutated-entries");

  private static final int MUTATIONS = Integer.getInteger("envelope.mutations", 100_000);

  private static final int ONLY = Integer.getInteger("envelope.mutation", -1);

  private static final long DEFAULT_SEED = 20_260_801;

  /** How long one mutation may take. The usual is a fifth of a millisecond. */
  private static final long LONGEST_SECONDS = 20;

  /** How much off-heap memory may be held at once; the entries have 16 KiB at most. */
  private static final long MOST_MEMORY = 64L << 20;

  private static final int MOST_FAILURES = 20;

  /** All layouts and codecs, in entries small enough for 100,000 rounds. */
  private static final List<String> ENTRIES =
      List.of(
          "ints",
          "floats",
          "bools_none",
          "nullable_dtypes",
          "decimals",
          "decimals_narrow",
          "strings_layouts",
          "strings_layouts_none",
          "strings_polars",
          "binary",
          "binary_layouts",
          "categoricals",
          "categoricals_none",
          "dictionaries",
          "timestamps_zoned",
          "times",
          "durations",
          "lists",
          "lists_none",
          "structs",
          "structs_none",
          "maps",
          "nested_object",
          "nulls",
          "zero_rows",
          "zero_columns_with_rows",
          "one_row",
          "small_batches",
          "small_batches_none",
          "mixed_polars",
          "rich_none",
          "rich_zstd",
          "rich_lz4");

  /** Also with their buffers stored raw: all that is in them can be altered without a codec. */
  private static final List<String> RAW =
      List.of(
          "strings_polars",
          "binary_layouts",
          "dictionaries",
          "maps",
          "nested_object",
          "mixed_polars",
          "decimals");

  /** An entry to alter, and what is right for it. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Case(
      String name,
      EntryFile entry,
      byte[] bytes,
      List<Spot> spots,
      List<ArrowSpots.Body> bodies,
      Probe.Rows rows) {}

  private final Map<String, Integer> outcomes = new TreeMap<>();
  private final List<String> failures = new ArrayList<>();
  private volatile String current = "";
  private volatile long startedAt;
  private volatile boolean done;

  @Test
  void mutationsEndInRightRowsOrATypedError() throws Exception {
    long seed = seed();
    System.out.println("envelope.seed = " + seed + ", " + MUTATIONS + " mutations");
    Files.createDirectories(DIRECTORY);
    List<Case> cases = cases();
    long start = System.nanoTime();
    startedAt = start;
    Thread worker = new Thread(() -> mutate(cases, seed), "mutations");
    worker.setDaemon(true);
    worker.start();
    while (worker.isAlive()) {
      worker.join(1000);
      long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startedAt);
      if (worker.isAlive() && seconds > LONGEST_SECONDS) {
        throw new AssertionError(
            "does not end: " + current + Arrays.toString(worker.getStackTrace()));
      }
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    System.out.println(outcomes + " in " + millis + " ms, peak " + peak() + " bytes");
    assertEquals(List.of(), failures, "replay with -Denvelope.seed=" + seed);
    assertTrue(done);
  }

  private static long seed() {
    String seed = System.getProperty("envelope.seed", Long.toString(DEFAULT_SEED));
    return seed.equals("random") ? System.nanoTime() : Long.parseLong(seed);
  }

  private static long peak() {
    return Allocators.allocated().getPeakMemoryAllocation();
  }

  private static List<Case> cases() throws IOException {
    List<Case> cases = new ArrayList<>();
    for (String name : ENTRIES) {
      cases.add(prepare(name, EntryFile.bundled(name)));
    }
    for (String name : RAW) {
      Case raw = prepare(name + " (raw)", StoredRaw.of(EntryFile.bundled(name)));
      Probe.Rows before =
          cases.stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow().rows();
      assertEquals(before, raw.rows(), "stored raw the rows are the same");
      cases.add(raw);
    }
    cases.add(prepare("legacy_arrow", EntryFile.bundled("legacy_arrow")));
    return cases;
  }

  private static Case prepare(String name, EntryFile entry) throws IOException {
    Path file = entry.writeTo(DIRECTORY);
    Probe.Rows rows = Probe.read(Probe.options(DIRECTORY, entry, "map"), readable());
    Probe.Rows again = Probe.read(Probe.options(DIRECTORY, entry, "read"), readable());
    assertEquals(rows, again);
    Files.delete(file);
    if (entry.payloadAt() < 0) {
      return new Case(name, entry, entry.bytes(), List.of(), List.of(), rows);
    }
    ArrowSpots spots = ArrowSpots.of(entry);
    return new Case(name, entry, entry.bytes(), spots.all(), spots.bodies(), rows);
  }

  /** Arrow Java has no vectors for narrow decimals. */
  private static Predicate<Field> readable() {
    return BundledEntriesTest::readable;
  }

  private void mutate(List<Case> cases, long seed) {
    int from = ONLY >= 0 ? ONLY : 0;
    int to = ONLY >= 0 ? ONLY + 1 : MUTATIONS;
    for (int i = from; i < to && failures.size() < MOST_FAILURES; i++) {
      SplittableRandom random = new SplittableRandom(seed * 1_000_003 + i);
      // A legacy envelope, the last one, has its checksum within base64: it cannot be signed.
      Case chosen = cases.get(random.nextInt(i % 2 == 0 ? cases.size() - 1 : cases.size()));
      startedAt = System.nanoTime();
      String outcome;
      try {
        outcome = mutate(chosen, i, random);
      } catch (Throwable e) {
        outcome = "FAILURE";
        failures.add("\nmutation " + i + " of " + current + ": " + trace(e));
      }
      outcomes.merge(outcome, 1, Integer::sum);
    }
    done = true;
  }

  private static String trace(Throwable e) {
    StringBuilder text = new StringBuilder();
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      text.append("\n  ").append(cause);
      StackTraceElement[] frames = cause.getStackTrace();
      int most = cause instanceof AssertionError ? 0 : 12;
      for (int i = 0; i < Math.min(most, frames.length); i++) {
        text.append("\n    ").append(frames[i]);
      }
      for (Throwable suppressed : cause.getSuppressed()) {
        text.append("\n    suppressed: ").append(suppressed);
      }
    }
    return text.toString();
  }

  private String mutate(Case chosen, int number, SplittableRandom random) throws IOException {
    boolean signed = number % 2 == 0;
    boolean numbers = number % 4 == 0;
    Altered altered;
    if (numbers) {
      altered = Mutation.numbers(chosen.bytes(), chosen.spots(), random);
    } else {
      altered = bytes(chosen, signed, random);
    }
    if (signed) {
      EntryFile.sign(altered.bytes());
    }
    Map<String, String> options =
        Probe.options(DIRECTORY, chosen.entry(), random.nextBoolean() ? "map" : "read");
    options.put("region-linger", "0s");
    boolean skip = random.nextInt(8) == 0;
    if (skip) {
      options.put("on-corrupt", "skip");
      options.put("on-missing", "skip");
    }
    int columns = random.nextInt(2) == 0 ? -1 : random.nextInt();
    current =
        chosen.name() + (signed ? ", signed, " : ", not signed, ") + options + ": " + altered.how();
    Path file = chosen.entry().with(altered.bytes()).writeTo(DIRECTORY);
    Predicate<Field> selected =
        columns == -1
            ? readable()
            : readable().and(field -> (columns >>> (field.getName().hashCode() & 31) & 1) == 1);
    String outcome;
    try {
      Probe.Rows rows = Probe.read(options, selected);
      outcome = rows(chosen, rows, signed, columns == -1);
    } catch (EnvelopeException e) {
      outcome = error(chosen, e, skip);
    }
    if (peak() > MOST_MEMORY) {
      throw new AssertionError("held " + peak() + " bytes");
    }
    Files.delete(file);
    return (numbers ? "numbers: " : signed ? "signed: " : "unsigned: ") + outcome;
  }

  /** Signed, mostly what the checksum would have caught, and often values; else anything. */
  private static Altered bytes(Case chosen, boolean signed, SplittableRandom random) {
    int dice = signed ? random.nextInt(8) : 7;
    if (dice < 4 && !chosen.bodies().isEmpty()) {
      ArrowSpots.Body body = chosen.bodies().get(random.nextInt(chosen.bodies().size()));
      int end = body.bodyAt() + body.bodyLength();
      return Mutation.between(chosen.bytes(), body.bodyAt(), end, random);
    }
    int start = dice < 7 ? chosen.entry().arrowAt() : 0;
    return Mutation.between(chosen.bytes(), start, Integer.MAX_VALUE, random);
  }

  private static String rows(Case chosen, Probe.Rows rows, boolean signed, boolean allColumns) {
    if (rows.skipped() > 0) {
      assertEquals(0, rows.rows());
      return "skipped";
    }
    if (rows.areOf(chosen.rows()) && (!allColumns || rows.equals(chosen.rows()))) {
      return "right rows";
    }
    assertTrue(signed, () -> "wrong rows: " + rows + " where it has " + chosen.rows());
    return "rows as signed";
  }

  private static String error(Case chosen, EnvelopeException e, boolean skip) {
    assertTrue(
        e.getMessage().contains("'" + chosen.entry().key() + "'"),
        () -> "an error without the entry's name: " + e);
    if (e instanceof CorruptEntryException corrupt) {
      assertEquals(chosen.entry().key(), corrupt.entry());
      assertTrue(
          corrupt.offset() >= 0 || e.getMessage().contains("file"),
          () -> "an error without a place: " + e);
    }
    boolean expected =
        !skip
            && (e instanceof CorruptEntryException
                || e instanceof UnsupportedEntryException
                || e instanceof MissingEntryException);
    if (!expected || e instanceof StoreException) {
      throw e;
    }
    return e.getClass().getSimpleName();
  }
}

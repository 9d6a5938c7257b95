package dev.envelope.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.AuthenticationException;
import dev.envelope.CorruptEntryException;
import dev.envelope.EnvelopeException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.memory.Allocators;
import dev.envelope.testing.EntryFile;
import dev.envelope.testing.KindCell;
import dev.envelope.testing.KindFile;
import dev.envelope.testing.Mutation;
import dev.envelope.testing.Mutation.Altered;
import dev.envelope.testing.Probe;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Real entries of every kind, altered at random, as {@link MutatedEntriesTest} alters tables: each
 * ends in the right rows or in a typed error that names the entry, in bounded time and memory.
 *
 * <p>Of half of the entries the document within is altered, and everything around it (checksum,
 * ByteStorage, tag) is made anew, so that the decoder alone must hold; rows may then be others.
 *
 * <p>{@code -Denvelope.mutations=N} does N / 20 of each kind; {@code -Denvelope.seed=S} others;
 * {@code -Denvelope.mutation=I} only the one with that number.
 */
class MutatedKindsTest {
  private static final Path DIRECTORY = Path.of("target", "mutated-kinds");

  /** 5,000 of each kind in a usual build, 100,000 in a full one. */
  private static final int MUTATIONS = Integer.getInteger("envelope.mutations", 100_000) / 20;

  private static final int ONLY = Integer.getInteger("envelope.mutation", -1);
  private static final long SEED = Long.getLong("envelope.seed", 20_260_801L);
  private static final long LONGEST_SECONDS = 20;

  /** The entries have 16 KiB at most, and may be made to claim a thousand times as much. */
  private static final long MOST_MEMORY = 64L << 20;

  private static final int LARGEST = 16 << 10;
  private static final int MOST_FAILURES = 10;

  /** What is altered. */
  enum Kind {
    MSGPACK,
    JSON,
    NUMPY,
    SERIES,
    DATAFRAME,
    INTEROP,
    LEGACY,
    ENCRYPTED;

    boolean has(KindCell cell) {
      if (!cell.hasRows() || cell.entry().size() > LARGEST) {
        return false;
      }
      if (cell.encrypted()) {
        return this == ENCRYPTED;
      }
      if (cell.envelope().equals("legacy")) {
        return this == LEGACY && !cell.header("format").equals("arrow");
      }
      return switch (this) {
        case MSGPACK -> cell.header("original_type").equals("msgpack");
        case JSON -> cell.header("format").equals("orjson");
        case NUMPY -> cell.header("original_type").equals("numpy");
        case SERIES -> cell.header("original_type").equals("series");
        case DATAFRAME -> cell.header("original_type").equals("dataframe");
        case INTEROP -> cell.envelope().equals("interop");
        case LEGACY, ENCRYPTED -> false;
      };
    }
  }

  private record Case(KindFile file, Probe.Rows rows) {}

  private final Map<String, Integer> outcomes = new TreeMap<>();
  private final List<String> failures = new ArrayList<>();
  private volatile String current = "";
  private volatile long startedAt;

  @ParameterizedTest
  @EnumSource(Kind.class)
  void mutationsEndInRightRowsOrATypedError(Kind kind) throws Exception {
    Files.createDirectories(DIRECTORY);
    List<Case> cases = new ArrayList<>();
    for (KindCell cell : KindCell.all()) {
      if (kind.has(cell)) {
        KindFile file = KindFile.of(cell);
        cases.add(new Case(file, Probe.read(store(file, file.entry(), "read"), field -> true)));
      }
    }
    assertTrue(cases.size() >= 5, () -> "only " + cases);
    startedAt = System.nanoTime();
    Thread worker = new Thread(() -> mutate(kind, cases), "mutations");
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
    System.out.println(kind + " of " + cases.size() + " entries: " + outcomes + ", peak " + peak());
    assertEquals(List.of(), failures, "replay with -Denvelope.seed=" + SEED);
    assertEquals(
        ONLY >= 0 ? 1 : MUTATIONS, outcomes.values().stream().mapToInt(Integer::intValue).sum());
  }

  private static long peak() {
    return Allocators.allocated().getPeakMemoryAllocation();
  }

  private static Map<String, String> store(KindFile file, EntryFile entry, String access) {
    entry.writeTo(DIRECTORY);
    Map<String, String> options = new TreeMap<>(Probe.options(DIRECTORY, entry, access));
    options.putAll(file.cell().options());
    options.put("region-linger", "0s");
    return options;
  }

  private void mutate(Kind kind, List<Case> cases) {
    int from = ONLY >= 0 ? ONLY : 0;
    int to = ONLY >= 0 ? ONLY + 1 : MUTATIONS;
    for (int i = from; i < to && failures.size() < MOST_FAILURES; i++) {
      SplittableRandom random =
          new SplittableRandom(SEED * 1_000_003 + i * 31L + kind.name().hashCode());
      Case chosen = cases.get(random.nextInt(cases.size()));
      startedAt = System.nanoTime();
      String outcome;
      try {
        outcome = mutate(chosen, i % 2 == 0, random);
      } catch (Throwable e) {
        outcome = "FAILURE";
        failures.add("\nmutation " + i + " of " + kind + ", " + current + ": " + trace(e));
      }
      outcomes.merge(outcome, 1, Integer::sum);
    }
  }

  private static String trace(Throwable e) {
    StringBuilder text = new StringBuilder();
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      text.append("\n  ").append(cause);
      StackTraceElement[] frames = cause.getStackTrace();
      for (int i = 0; i < Math.min(8, frames.length); i++) {
        text.append("\n    ").append(frames[i]);
      }
      for (Throwable suppressed : cause.getSuppressed()) {
        text.append("\n    suppressed: ").append(suppressed);
      }
    }
    return text.toString();
  }

  private String mutate(Case chosen, boolean signed, SplittableRandom random) throws IOException {
    KindFile file = chosen.file();
    Altered altered;
    EntryFile entry;
    if (signed) {
      altered = Mutation.between(file.content(), 0, Integer.MAX_VALUE, random);
      entry = file.with(altered.bytes());
    } else {
      altered = Mutation.between(file.entry().bytes(), 0, Integer.MAX_VALUE, random);
      entry = file.entry().with(altered.bytes());
    }
    current = file + (signed ? ", signed: " : ", not signed: ") + altered.how();
    Map<String, String> options = store(file, entry, random.nextBoolean() ? "map" : "read");
    boolean skip = random.nextInt(8) == 0;
    if (skip) {
      options.put("on-corrupt", "skip");
      options.put("on-missing", "skip");
    }
    String outcome;
    try {
      Probe.Rows rows = Probe.read(options, field -> true);
      boolean right = rows.equals(chosen.rows());
      if (rows.skipped() > 0) {
        assertEquals(0, rows.rows());
        outcome = "skipped";
      } else if (right) {
        outcome = "right rows";
      } else {
        // Without a checksum nothing tells one number from another; nor does one that the header
        // denies, once two places are altered: what is left of it is a plain list.
        boolean told = file.isGuarded() && (!file.deniesStorage() || altered.isOneByte());
        assertTrue(signed || !told, () -> "wrong rows: " + rows);
        outcome = "other rows";
      }
    } catch (EnvelopeException e) {
      outcome = error(entry, e, skip);
    }
    if (peak() > MOST_MEMORY) {
      throw new AssertionError("held " + peak() + " bytes");
    }
    Files.delete(DIRECTORY.resolve(entry.fileName()));
    return (signed ? "signed: " : "unsigned: ") + outcome;
  }

  private static String error(EntryFile entry, EnvelopeException e, boolean skip) {
    assertTrue(
        e.getMessage().contains("'" + entry.key() + "'"), () -> "without the entry's name: " + e);
    boolean expected =
        e instanceof AuthenticationException
            || (!skip
                && (e instanceof CorruptEntryException
                    || e instanceof UnsupportedEntryException
                    || e instanceof dev.envelope.MissingEntryException));
    if (!expected) {
      throw e;
    }
    return e.getClass().getSimpleName();
  }
}

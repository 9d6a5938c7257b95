package dev.envelope.scan;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.CorruptEntryException;
import dev.envelope.EnvelopeException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.memory.Allocators;
import dev.envelope.testing.EntryFile;
import dev.envelope.testing.KindCell;
import dev.envelope.testing.KindFile;
import dev.envelope.testing.Probe;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Entries of a few bytes that claim gigabytes, nest without end or multiply beyond 64 bits: refused
 * before anything is allocated for what they claim.
 */
@Timeout(20)
class KindBombsTest {
  private static final int DEPTH = 100_000;

  /** Of off-heap memory, at once; a claim of any of the bombs is more. */
  private static final long MOST_MEMORY = 16L << 20;

  @TempDir Path directory;

  private record Bomb(String name, EntryFile entry, Map<String, String> options) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Bomb> bombs() {
    Map<String, Bomb> all = new LinkedHashMap<>();
    storage(all);
    documents().forEach((name, bytes) -> everywhere(all, name, "rows", bytes));
    // In the interop mode their markers are maps like any other.
    markedArrays()
        .forEach((name, bytes) -> put(all, "plain: " + name, "newest-rows-auto-bare", bytes));
    json().forEach((name, bytes) -> put(all, "JSON: " + name, "newest-rows-orjson-bare", bytes));
    json().forEach((name, bytes) -> put(all, "JSON, signed: " + name, "newest-map-orjson", bytes));
    arrays().forEach((name, bytes) -> put(all, "NumPy: " + name, "newest-np_2d-auto", bytes));
    return all.values().stream();
  }

  /** Puts a document into every kind of entry that holds MessagePack. */
  private static void everywhere(
      Map<String, Bomb> all, String name, String value, byte[] document) {
    put(all, "packed: " + name, "newest-" + value + "-default", document);
    put(all, "plain: " + name, "newest-" + value + "-auto-bare", document);
    put(all, "interop: " + name, "newest-" + value + "-interop", document);
    put(all, "legacy: " + name, "oldest-map-default", document);
    put(all, "encrypted: " + name, "newest-map-default-secret", document);
    put(all, "series: " + name, "newest-series_ints-auto-bare", document);
    put(all, "dataframe: " + name, "plain-matrix_dataframe-auto-bare", document);
  }

  private static void put(Map<String, Bomb> all, String name, String cell, byte[] content) {
    KindFile file = KindFile.of(KindCell.named(cell));
    all.put(name, new Bomb(name, file.with(content), file.cell().options()));
  }

  private static void storage(Map<String, Bomb> all) {
    byte[] thousand = new byte[1000];
    Object[][] claims = {
      {"4 GB", thousand, 0xFFFF_FFFFL},
      {"half a GB and a byte", new byte[600_000], (512L << 20) + 1},
      {"1,000 to 1 and a byte", thousand, 1_000_001L},
      {"1,000 to 1", thousand, 1_000_000L},
      {"nothing compressed", new byte[0], 0L},
      {"one byte of nothing", new byte[0], 1L},
    };
    for (String cell :
        new String[] {
          "newest-rows-default",
          "middle-map-auto",
          "oldest-map-default",
          "newest-map-default-secret"
        }) {
      KindFile file = KindFile.of(KindCell.named(cell));
      for (Object[] claim : claims) {
        String name = "ByteStorage: " + claim[0] + " in " + cell;
        EntryFile entry = file.withStorage((byte[]) claim[1], 1, (long) claim[2]);
        all.put(name, new Bomb(name, entry, file.cell().options()));
      }
    }
    // The envelope's own lengths lie.
    String[] heads = {"94c6ffffffff00", "94ddffffffff00", "94dcffff00", "94c5ffff", "94", "94c400"};
    for (String head : heads) {
      KindFile file = KindFile.of(KindCell.named("newest-rows-default"));
      byte[] value = file.entry().value();
      int at = Integer.parseInt(file.cell().header("payload_at"));
      byte[] bytes = HexFormat.of().parseHex(head);
      byte[] whole = Arrays.copyOf(value, at + bytes.length);
      System.arraycopy(bytes, 0, whole, at, bytes.length);
      String name = "ByteStorage: " + head;
      all.put(name, new Bomb(name, file.entry().withValue(whole), Map.of()));
    }
    // A legacy envelope whose base64 is cut, and one that nests.
    EntryFile legacy = KindFile.of(KindCell.named("oldest-map-default")).entry();
    String deep = "{\"data\":\"" + "A".repeat(3) + "\",\"metadata\":" + "[".repeat(DEPTH);
    all.put(
        "legacy: metadata without end",
        new Bomb("", legacy.withValue(deep.getBytes(StandardCharsets.UTF_8)), Map.of()));
  }

  private static Map<String, byte[]> documents() {
    HexFormat hex = HexFormat.of();
    Map<String, byte[]> all = new LinkedHashMap<>();
    all.put("an array of 4 G", hex.parseHex("ddffffffff"));
    all.put("an array of 2 G", hex.parseHex("dd7fffffff00"));
    all.put("a map of 4 G", hex.parseHex("dfffffffff"));
    all.put("a text of 4 GB", hex.parseHex("dbffffffff41"));
    all.put("bytes of 4 GB", hex.parseHex("c6ffffffff41"));
    all.put("an extension of 4 GB", hex.parseHex("c9ffffffff0141"));
    all.put("arrays in arrays", repeat("dc ffff".replace(" ", ""), 200));
    all.put("arrays, each as large as the rest", claims());
    all.put("lists, deep", repeat("91", DEPTH));
    all.put("maps, deep", repeat("81a161", DEPTH));
    all.put("markers, deep", repeat("82a95f5f7475706c655f5fc3a576616c756591", 20_000));
    all.put("nothing", new byte[0]);
    all.put("the byte that is never used", hex.parseHex("c1"));
    return all;
  }

  private static Map<String, byte[]> markedArrays() {
    Map<String, byte[]> all = new LinkedHashMap<>();
    all.put("an array beyond 64 bits", array("<f8", 1L << 62, 1L << 62));
    all.put("an array of a zero unit", array("<M8[0ns]", 1));
    all.put("an array that claims 8 EB", array("<i8", 1L << 60));
    return all;
  }

  private static byte[] repeat(String hex, int times) {
    byte[] one = HexFormat.of().parseHex(hex);
    byte[] all = new byte[one.length * times];
    for (int i = 0; i < times; i++) {
      System.arraycopy(one, 0, all, i * one.length, one.length);
    }
    return all;
  }

  /** 1,000 lists that each announce what would fit once. */
  private static byte[] claims() {
    ByteBuffer bytes = ByteBuffer.allocate(3 + 1000 * 3);
    bytes.put((byte) 0xDC).putShort((short) 1000);
    for (int i = 0; i < 1000; i++) {
      bytes.put((byte) 0xDC).putShort((short) 2000);
    }
    return bytes.array();
  }

  /** A list of one map with an ndarray marker in it. */
  private static byte[] array(String dtype, long... shape) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(HexFormat.of().parseHex("9181a16184"));
    text(out, "__ndarray__");
    out.write(0xC3);
    text(out, "data");
    out.writeBytes(HexFormat.of().parseHex("c4080000000000000000"));
    text(out, "shape");
    out.write(0x90 | shape.length);
    for (long size : shape) {
      out.write(0xCF);
      out.writeBytes(ByteBuffer.allocate(8).putLong(size).array());
    }
    text(out, "dtype");
    text(out, dtype);
    return out.toByteArray();
  }

  private static void text(ByteArrayOutputStream out, String text) {
    out.write(0xA0 | text.length());
    out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static Map<String, byte[]> json() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("lists, deep", "[".repeat(DEPTH));
    all.put("lists, deep and closed", "[".repeat(DEPTH) + "]".repeat(DEPTH));
    all.put("maps, deep", "{\"a\":".repeat(DEPTH) + "1" + "}".repeat(DEPTH));
    all.put("a text without end", "[\"" + "a".repeat(100_000));
    all.put("a key without end", "{\"" + "a".repeat(100_000));
    all.put("an escape without end", "[\"\\");
    all.put("nothing", "");
    Map<String, byte[]> bytes = new LinkedHashMap<>();
    all.forEach((name, text) -> bytes.put(name, text.getBytes(StandardCharsets.UTF_8)));
    return bytes;
  }

  private static Map<String, byte[]> arrays() {
    Map<String, byte[]> all = new LinkedHashMap<>();
    all.put("dimensions beyond 64 bits", numpy("float64", -1, -1, -1, -1));
    all.put("dimensions that multiply to 0 in 64 bits", numpy("float64", 1 << 31, 1 << 31, 4));
    all.put("dimensions beyond the bytes", numpy("float64", 1 << 30));
    all.put("no rows of 4 G columns and bytes left", numpy("float64", 0, -1));
    all.put("a text of 4 GB an element", numpy("<U1073741824", 1));
    all.put("bytes of 2 GB an element", numpy("|S2147483647", 1));
    all.put("elements of nothing, 4 G of them", numpy("|S0", -1));
    all.put("a zero unit", numpy("<M8[0ns]", 1));
    all.put("10,000 dimensions", numpy("float64", new int[10_000]));
    all.put("a dtype without end", "NUMPY_RAW\u00ff\u007ff".getBytes(StandardCharsets.ISO_8859_1));
    all.put("no shape", "NUMPY_RAW\u0002\u0000f8".getBytes(StandardCharsets.ISO_8859_1));
    return all;
  }

  private static byte[] numpy(String dtype, int... dims) {
    byte[] name = dtype.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer bytes =
        ByteBuffer.allocate(9 + 2 + name.length + 2 + 4 * dims.length + 8)
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.put("NUMPY_RAW".getBytes(StandardCharsets.US_ASCII));
    bytes.putShort((short) name.length).put(name).putShort((short) (4 * dims.length));
    for (int dim : dims) {
      bytes.putInt(dim);
    }
    return bytes.array();
  }

  @ParameterizedTest
  @MethodSource("bombs")
  void isRefused(Bomb bomb) {
    bomb.entry().writeTo(directory);
    for (String access : new String[] {"read", "map"}) {
      Map<String, String> options = new TreeMap<>(Probe.options(directory, bomb.entry(), access));
      options.putAll(bomb.options());
      try {
        Probe.Rows rows = Probe.read(options, field -> true);
        throw new AssertionError(rows + " of a bomb");
      } catch (EnvelopeException e) {
        assertTrue(
            e instanceof CorruptEntryException || e instanceof UnsupportedEntryException,
            e::toString);
        assertTrue(e.getMessage().contains("'" + bomb.entry().key() + "'"), e::toString);
      }
      long peak = Allocators.allocated().getPeakMemoryAllocation();
      assertTrue(peak < MOST_MEMORY, () -> "held " + peak + " bytes");
    }
  }
}

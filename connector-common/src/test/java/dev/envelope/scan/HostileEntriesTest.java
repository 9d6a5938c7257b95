package dev.envelope.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.CorruptEntryException;
import dev.envelope.EnvelopeException;
import dev.envelope.MissingEntryException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.memory.Allocators;
import dev.envelope.testing.ArrowFiles;
import dev.envelope.testing.ArrowSpots;
import dev.envelope.testing.EntryFile;
import dev.envelope.testing.Probe;
import dev.envelope.testing.StoredRaw;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everything in an entry that can be wrong, wrong: each time a typed error that says which entry,
 * what and where, soon, in little memory, with nothing left behind.
 *
 * <p>Each row of the table is read mapped and copied, with the checksum verified (it was
 * recomputed, unless it is what is wrong) and without.
 */
class HostileEntriesTest {
  private static final int FRAME = EntryFile.FILE_HEADER;
  private static final long MOST_MEMORY = 64L << 20;

  @TempDir private Path directory;

  /**
   * A wrong entry.
   *
   * @param name what is wrong
   * @param error what is thrown
   * @param offset where in the stored value, or {@link #SOMEWHERE} or {@link #NOWHERE}
   * @param says what the message says
   * @param verifiedOnly whether only the checksum tells
   */
  private record Hostile(
      String name,
      EntryFile entry,
      Class<? extends EnvelopeException> error,
      long offset,
      String says,
      boolean verifiedOnly) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** Any place. */
  private static final long SOMEWHERE = -2;

  /** No place in the stored value. */
  private static final long NOWHERE = -1;

  /** Collects the table. */
  private static final class Table {
    final List<Hostile> rows = new ArrayList<>();

    void corrupt(String name, EntryFile entry, long offset, String says) {
      rows.add(new Hostile(name, entry, CorruptEntryException.class, offset, says, false));
    }

    void unsupported(String name, EntryFile entry, String says) {
      rows.add(new Hostile(name, entry, UnsupportedEntryException.class, NOWHERE, says, false));
    }

    void missing(String name, EntryFile entry, String says) {
      rows.add(new Hostile(name, entry, MissingEntryException.class, NOWHERE, says, false));
    }

    void checksum(String name, EntryFile entry, long offset) {
      rows.add(
          new Hostile(name, entry, CorruptEntryException.class, offset, "the checksum is", true));
    }
  }

  static Stream<Hostile> hostile() {
    Table table = new Table();
    fileHeaders(table);
    frames(table);
    headers(table);
    headerFields(table);
    checksums(table);
    legacyEnvelopes(table);
    arrowFrames(table);
    blocks(table);
    messages(table);
    nodesAndBuffers(table);
    compression(table);
    contents(table);
    schemas(table);
    madeByHand(table);
    return table.rows.stream();
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void endsInATypedError(Hostile hostile) {
    hostile.entry().writeTo(directory);
    for (String access : List.of("map", "read")) {
      for (String integrity : List.of("verify", "skip")) {
        if (hostile.verifiedOnly() && integrity.equals("skip")) {
          continue;
        }
        Map<String, String> options = Probe.options(directory, hostile.entry(), access);
        options.put("integrity", integrity);
        check(hostile, options);
        options.put("on-corrupt", "skip");
        options.put("on-missing", "skip");
        assertEquals(new Probe.Rows(0, Map.of(), 1), probe(options), "skipped");
      }
    }
    long peak = Allocators.allocated().getPeakMemoryAllocation();
    assertTrue(peak < MOST_MEMORY, () -> "held " + peak + " bytes");
  }

  private static Probe.Rows probe(Map<String, String> options) {
    return assertTimeoutPreemptively(
        Duration.ofSeconds(20), () -> Probe.read(options, field -> true));
  }

  private static void check(Hostile hostile, Map<String, String> options) {
    EnvelopeException error =
        assertThrows(EnvelopeException.class, () -> probe(options), hostile.name());
    assertInstanceOf(hostile.error(), error, error::toString);
    assertTrue(error.getMessage().contains(hostile.says()), error::toString);
    assertTrue(
        error.getMessage().contains("'" + hostile.entry().key() + "'"),
        () -> "no name in: " + error);
    assertTrue(error.getMessage().length() < 1000, error::toString);
    if (error instanceof CorruptEntryException corrupt) {
      assertEquals(hostile.entry().key(), corrupt.entry());
      if (hostile.offset() == SOMEWHERE) {
        assertTrue(corrupt.offset() >= 0, error::toString);
        assertTrue(corrupt.offset() <= hostile.entry().size() - FRAME, error::toString);
      } else {
        assertEquals(hostile.offset(), corrupt.offset(), error::toString);
      }
    }
  }

  private static final EntryFile SMALL = EntryFile.bundled("one_row");

  private static EntryFile bytes(EntryFile entry, int at, int... values) {
    return entry.edited(
        file -> {
          for (int i = 0; i < values.length; i++) {
            file.put(at + i, (byte) values[i]);
          }
        });
  }

  private static void fileHeaders(Table table) {
    for (int length = 0; length < FRAME; length++) {
      table.corrupt(
          "file of " + length + " bytes", SMALL.cutTo(length), NOWHERE, "has only " + length);
    }
    table.corrupt("file magic", bytes(SMALL, 1, 'L'), NOWHERE, "file cache's header");
    for (int version : new int[] {0, 2, 3, 255}) {
      table.unsupported("file version " + version, bytes(SMALL, 2, version), "version " + version);
    }
    table.unsupported("file flag", bytes(SMALL, 5, 1), "flags");
    table.missing("expired long ago", bytes(SMALL, 6, 0, 0, 0, 0, 0, 0, 0, 1), "expired");
  }

  private static void frames(Table table) {
    table.corrupt("no stored value", SMALL.cutTo(FRAME), 0, "has only 0 bytes");
    table.corrupt("frame magic", bytes(SMALL, FRAME, 'A'), 0, "neither a frame's magic");
    table.corrupt("frame magic twice", bytes(SMALL, FRAME + 1, 'L'), 0, "neither a frame's magic");
    for (int version : new int[] {0, 1, 2, 4, 255}) {
      table.corrupt(
          "frame version " + version, bytes(SMALL, FRAME + 2, version), 2, "version " + version);
    }
    table.corrupt("header length -1", bytes(SMALL, FRAME + 3, 255, 255, 255, 255), 3, "4294967295");
    table.corrupt("header length MAX", bytes(SMALL, FRAME + 3, 127, 255, 255, 255), 3, "ends past");
    int room = SMALL.size() - FRAME - EntryFile.FRAME_PREFIX;
    table.corrupt(
        "header length one too many",
        bytes(SMALL, FRAME + 3, 0, 0, (room + 1) >> 8, room + 1),
        3,
        "ends past");
    table.corrupt(
        "header to the end", bytes(SMALL, FRAME + 3, 0, 0, room >> 8, room), SOMEWHERE, "not JSON");
    table.corrupt("header of no bytes", SMALL.withHeader(""), 7, "not a JSON object");
  }

  private static void headers(Table table) {
    String header = SMALL.header();
    table.corrupt(
        "header of 2 MiB", SMALL.withHeader(header + " ".repeat(2 << 20)), 3, "is longer than");
    for (String json : List.of("[]", "null", "\"CK\"", "1", "true", "[" + header + "]")) {
      table.corrupt("header " + json, SMALL.withHeader(json), 7, "not a JSON object");
    }
    for (String json : List.of("{", "}", "{\"s\"", "{'s': 1}", "<s/>", "{\"s\": nul}", "\u0000")) {
      table.corrupt("header " + json, SMALL.withHeader(json), SOMEWHERE, "not JSON");
    }
    table.corrupt("header and more", SMALL.withHeader(header + "{}"), SOMEWHERE, "not JSON");
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    table.corrupt(
        "header cut",
        SMALL.withHeader(Arrays.copyOf(text, text.length - 1)),
        SOMEWHERE,
        "not JSON");
    byte[] invalid = text.clone();
    invalid[8] = (byte) 0xFF;
    table.corrupt("header not UTF-8", SMALL.withHeader(invalid), SOMEWHERE, "not JSON");
    for (int depth : new int[] {17, 100, 100_000}) {
      String deep = "{\"m\": " + "[".repeat(depth) + "]".repeat(depth) + "}";
      table.corrupt("header " + depth + " deep", SMALL.withHeader(deep), SOMEWHERE, "not JSON");
      String deeper = "{\"m\":".repeat(depth) + "1" + "}".repeat(depth);
      table.corrupt("objects " + depth + " deep", SMALL.withHeader(deeper), SOMEWHERE, "not JSON");
    }
    table.corrupt(
        "a number of 10,000 digits",
        SMALL.withHeader("{\"v\": " + "9".repeat(10_000) + "}"),
        SOMEWHERE,
        "not JSON");
  }

  private static void headerFields(Table table) {
    String good = "\"format\": \"arrow\", \"original_type\": \"arrow\"";
    for (String value : List.of("7", "true", "[]", "{}", "[\"arrow\"]")) {
      for (String field : List.of("format", "original_type", "tenant_id", "key_fingerprint")) {
        table.corrupt(
            field + " = " + value,
            SMALL.withHeader("{\"s\": \"arrow\", \"m\": {\"" + field + "\": " + value + "}}"),
            7,
            "'" + field + "' is not a string");
      }
      table.corrupt(
          "s = " + value,
          SMALL.withHeader("{\"s\": " + value + ", \"m\": {" + good + "}}"),
          7,
          "name is not a string");
    }
    for (String value : List.of("0", "\"true\"", "[]", "{}")) {
      for (String field : List.of("compressed", "encrypted")) {
        table.corrupt(
            field + " = " + value,
            SMALL.withHeader("{\"m\": {" + good + ", \"" + field + "\": " + value + "}}"),
            7,
            "'" + field + "' is not true or false");
      }
    }
    for (String value : List.of("null", "7", "true", "\"arrow\"", "[]")) {
      table.corrupt(
          "m = " + value, SMALL.withHeader("{\"m\": " + value + "}"), 7, "metadata is not a JSON");
    }
    table.corrupt("no m", SMALL.withHeader("{\"s\": \"arrow\"}"), 7, "metadata is not a JSON");
    table.corrupt(
        "format = msgpack",
        SMALL.withHeader("{\"m\": {\"format\": \"msgpack\"}}"),
        SOMEWHERE,
        "follow the MessagePack document");
    table.corrupt(
        "format = orjson",
        SMALL.withHeader("{\"m\": {\"format\": \"orjson\"}}"),
        SOMEWHERE,
        "not UTF-8");
    for (String format : List.of("parquet", "")) {
      table.unsupported(
          "format = " + format,
          SMALL.withHeader("{\"m\": {\"format\": \"" + format + "\"}}"),
          "of no kind that is known");
    }
    table.unsupported("no format", SMALL.withHeader("{\"m\": {}}"), "its format is not given");
  }

  private static void checksums(Table table) {
    long place = (long) SMALL.payloadAt() - FRAME;
    for (int bit = 0; bit < 64; bit++) {
      int at = SMALL.payloadAt() + bit / 8;
      int mask = 1 << bit % 8;
      table.checksum(
          "checksum off by bit " + bit,
          SMALL.edited(file -> file.put(at, (byte) (file.get(at) ^ mask))),
          place);
    }
    EntryFile raw = EntryFile.bundled("bools_none");
    ArrowSpots spots = ArrowSpots.of(raw);
    ArrowSpots.Body body = spots.bodies().get(0);
    table.checksum(
        "value off by one bit",
        raw.edited(file -> file.put(body.bodyAt(), (byte) (file.get(body.bodyAt()) ^ 1))),
        raw.payloadAt() - FRAME);
    EntryFile batches = EntryFile.bundled("small_batches_none");
    ArrowSpots.Spot count = ArrowSpots.of(batches).at("footer.recordBatches#length");
    table.checksum(
        "one batch fewer", batches.edited(file -> count.set(file, 2)), batches.payloadAt() - FRAME);
    table.checksum(
        "no batch", batches.edited(file -> count.set(file, 0)), batches.payloadAt() - FRAME);
  }

  private static void legacyEnvelopes(Table table) {
    EntryFile legacy = EntryFile.bundled("legacy_arrow");
    byte[] value = Arrays.copyOfRange(legacy.bytes(), FRAME, legacy.size());
    String good = new String(value, StandardCharsets.UTF_8);
    String metadata = "\"metadata\": {\"format\": \"arrow\", \"original_type\": \"arrow\"}";
    table.corrupt("legacy: only a brace", legacy(legacy, "{"), SOMEWHERE, "");
    table.corrupt("legacy: empty object", legacy(legacy, "{}"), 0, "no 'data'");
    table.corrupt("legacy: no JSON", legacy(legacy, "{data}"), SOMEWHERE, "not JSON");
    table.corrupt("legacy: and more", legacy(legacy, good + "{}"), SOMEWHERE, "");
    table.corrupt(
        "legacy: data no string", legacy(legacy, "{\"data\": 1}"), SOMEWHERE, "not a string");
    table.corrupt(
        "legacy: data null", legacy(legacy, "{\"data\": null}"), SOMEWHERE, "not a string");
    table.corrupt(
        "legacy: data twice",
        legacy(legacy, "{\"data\": \"\", \"data\": \"\"}"),
        SOMEWHERE,
        "twice");
    table.corrupt("legacy: no metadata", legacy(legacy, "{\"data\": \"\"}"), SOMEWHERE, "metadata");
    table.corrupt(
        "legacy: metadata a list",
        legacy(legacy, "{\"data\": \"\", \"metadata\": []}"),
        SOMEWHERE,
        "metadata");
    table.corrupt(
        "legacy: no bytes",
        legacy(legacy, "{\"data\": \"\", " + metadata + "}"),
        SOMEWHERE,
        "Arrow");
    table.corrupt(
        "legacy: base64 cut",
        legacy(legacy, "{\"data\": \"QVJST1\", \"data2\": \"\", " + metadata + "}"),
        SOMEWHERE,
        "");
    table.corrupt(
        "legacy: base64 of a quarter",
        legacy(legacy, "{\"data\": \"QVJSTA==Q\", " + metadata + "}"),
        SOMEWHERE,
        "");
    table.corrupt(
        "legacy: one letter", legacy(legacy, "{\"data\": \"Q\", " + metadata + "}"), 9, "base64");
    table.corrupt(
        "legacy: deep",
        legacy(legacy, "{\"data\": \"\", \"metadata\": " + "[".repeat(100_000) + "}"),
        SOMEWHERE,
        "not JSON");
    table.corrupt(
        "legacy: 4 MB of metadata",
        legacy(legacy, "{\"metadata\": [" + "0,".repeat(2 << 20) + "0], \"data\": \"\"}"),
        SOMEWHERE,
        "is longer than");
    table.corrupt(
        "legacy: a serializer of 4 MB",
        legacy(legacy, "{\"serializer\": \"" + "s".repeat(4 << 20) + "\", \"data\": \"\"}"),
        SOMEWHERE,
        "is longer than");
    // 'x' starts nothing that the letters before and after it could be.
    table.corrupt(
        "legacy: flipped letter",
        legacy(legacy, good.replace("\"data\": \"", "\"data\": \"AAAA")),
        SOMEWHERE,
        "");
  }

  private static EntryFile legacy(EntryFile entry, String json) {
    return entry.withValue(json.getBytes(StandardCharsets.UTF_8));
  }

  /** One number of the metadata replaced, and signed. */
  private static EntryFile set(EntryFile entry, String spot, long value) {
    ArrowSpots.Spot place = ArrowSpots.of(entry).at(spot);
    return entry.edited(file -> place.set(file, value)).signed();
  }

  private static long get(EntryFile entry, String spot) {
    ByteBuffer file = ByteBuffer.wrap(entry.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    return ArrowSpots.of(entry).at(spot).get(file);
  }

  private static long start(EntryFile entry, String message) {
    for (ArrowSpots.Body body : ArrowSpots.of(entry).bodies()) {
      if (body.path().equals(message)) {
        return (long) body.metadataAt() - FRAME;
      }
    }
    throw new IllegalArgumentException(message);
  }

  private static void arrowFrames(Table table) {
    int arrow = SMALL.arrowAt();
    int end = SMALL.size();
    table.corrupt(
        "Arrow magic", bytes(SMALL, arrow, 'B').signed(), SMALL.payloadAt() - FRAME, "no Arrow");
    table.corrupt(
        "Arrow end", bytes(SMALL, end - 1, '2').signed(), end - 6 - FRAME, "end with its magic");
    for (long length :
        new long[] {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, SMALL.size(), end - arrow - 17}) {
      table.corrupt(
          "footer of " + length + " bytes",
          set(SMALL, "footerLength", length),
          end - 10 - FRAME,
          "footer claims " + length);
    }
    for (long offset : new long[] {-1, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 20}) {
      table.corrupt(
          "footer at " + offset, set(SMALL, "footer@offset", offset), SOMEWHERE, "footer");
      table.corrupt(
          "schema at " + offset, set(SMALL, "footer.schema@offset", offset), SOMEWHERE, "footer");
      table.corrupt(
          "fields at " + offset, set(SMALL, "footer.schema.fields@offset", offset), SOMEWHERE, "");
      table.corrupt(
          "name at " + offset,
          set(SMALL, "footer.schema.fields[0].name@offset", offset),
          SOMEWHERE,
          "footer");
      table.corrupt("vtable at " + offset, set(SMALL, "footer!vtable", offset), SOMEWHERE, "");
    }
    for (long count : new long[] {-1, Integer.MAX_VALUE, 1 << 20}) {
      table.corrupt(
          count + " fields", set(SMALL, "footer.schema.fields#length", count), SOMEWHERE, "");
      table.corrupt(
          count + " blocks", set(SMALL, "footer.recordBatches#length", count), SOMEWHERE, "");
      table.corrupt(
          count + " letters",
          set(SMALL, "footer.schema.fields[0].name#length", count),
          SOMEWHERE,
          "footer");
    }
    table.corrupt("no schema", set(SMALL, "footer!vtable[1]", 0), SOMEWHERE, "no schema");
  }

  private static void blocks(Table table) {
    EntryFile entry = EntryFile.bundled("categoricals_none");
    for (String list : List.of("dictionaries", "recordBatches")) {
      String block = "footer." + list + "[0].";
      for (long offset :
          new long[] {-1, 0, 7, entry.size(), Long.MAX_VALUE, Long.MIN_VALUE, 1L << 40}) {
        table.corrupt(
            list + " at " + offset, set(entry, block + "offset", offset), SOMEWHERE, "a block at");
      }
      for (long length :
          new long[] {-1, 0, 7, entry.size(), Integer.MAX_VALUE, Integer.MIN_VALUE}) {
        table.corrupt(
            list + " with metadata of " + length,
            set(entry, block + "metaDataLength", length),
            SOMEWHERE,
            "bytes");
      }
      long body = get(entry, block + "bodyLength");
      for (long length : new long[] {-1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 40}) {
        table.corrupt(
            list + " with body of " + length,
            set(entry, block + "bodyLength", length),
            SOMEWHERE,
            "a block at");
      }
      table.corrupt(
          list + " with a body too long",
          set(entry, block + "bodyLength", body + 8),
          SOMEWHERE,
          "");
      table.corrupt(
          list + " with a body too short",
          set(entry, block + "bodyLength", body - 8),
          SOMEWHERE,
          "the message claims a body");
    }
    table.corrupt(
        "a batch twice",
        set(
            EntryFile.bundled("small_batches_none"),
            "footer.recordBatches[1].offset",
            get(EntryFile.bundled("small_batches_none"), "footer.recordBatches[0].offset")),
        SOMEWHERE,
        "overlap");
  }

  private static void messages(Table table) {
    EntryFile entry = EntryFile.bundled("categoricals_none");
    for (String message : List.of("dictionary0", "batch0")) {
      long at = start(entry, message);
      for (long size : new long[] {-1, 0, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 20}) {
        table.corrupt(
            message + " with metadata of " + size,
            set(entry, message + ".metadataSize", size),
            at,
            "claims " + size + " bytes of metadata");
      }
      for (long offset : new long[] {-1, Integer.MAX_VALUE, 1 << 20}) {
        table.corrupt(
            message + " root at " + offset, set(entry, message + "@offset", offset), at, "");
        table.corrupt(
            message + " header at " + offset,
            set(entry, message + ".header@offset", offset),
            at,
            "");
        table.corrupt(
            message + " vtable at " + offset, set(entry, message + "!vtable", offset), at, "");
      }
      for (long type : new long[] {0, 1, 4, 5, 99, -1}) {
        table.corrupt(
            message + " of kind " + type,
            set(entry, message + ".headerType", type),
            at,
            "not a batch");
      }
      for (long length : new long[] {-1, 0, Long.MAX_VALUE, Long.MIN_VALUE}) {
        table.corrupt(
            message + " with body of " + length,
            set(entry, message + ".bodyLength", length),
            at,
            "claims a body of " + length);
      }
      for (long count : new long[] {-1, 1000, Integer.MAX_VALUE}) {
        table.corrupt(
            message + " with " + count + " nodes",
            set(entry, message + ".nodes#length", count),
            at,
            "");
        table.corrupt(
            message + " with " + count + " buffers",
            set(entry, message + ".buffers#length", count),
            at,
            "");
      }
      table.corrupt(
          message + " without a node", set(entry, message + ".nodes#length", 0), at, "nodes");
      table.corrupt(
          message + " without a buffer", set(entry, message + ".buffers#length", 0), at, "buffers");
    }
    table.corrupt(
        "a dictionary for a batch", set(entry, "batch0.headerType", 2), start(entry, "batch0"), "");
    table.corrupt(
        "a batch for a dictionary", set(entry, "dictionary0.headerType", 3), SOMEWHERE, "");
    for (long id : new long[] {-1, Long.MIN_VALUE}) {
      table.corrupt(
          "dictionary " + id,
          set(EntryFile.bundled("dictionaries"), "dictionary1.id", id),
          SOMEWHERE,
          "id is negative");
    }
    table.corrupt(
        "a dictionary that is not there",
        set(entry, "footer.schema.fields[1].dictionary.id", 77),
        SOMEWHERE,
        "dictionary 77, which is missing");
    table.corrupt(
        "a dictionary of another type",
        set(entry, "footer.schema.fields[2].dictionary.id", 1),
        SOMEWHERE,
        "another type");
    table.unsupported(
        "a dictionary twice", set(entry, "dictionary2.id", 1), "comes in several pieces");
  }

  private static void nodesAndBuffers(Table table) {
    EntryFile entry = EntryFile.bundled("strings_layouts_none");
    long batch = start(entry, "batch0");
    for (long rows : new long[] {-1, 9, 11, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE}) {
      table.corrupt(rows + " rows", set(entry, "batch0.length", rows), batch, "rows");
      table.corrupt(rows + " slots", set(entry, "batch0.nodes[0].length", rows), batch, "slots");
    }
    for (long nulls : new long[] {-1, 0, 2, 11, Long.MAX_VALUE, Long.MIN_VALUE}) {
      table.corrupt(
          nulls + " nulls", set(entry, "batch0.nodes[0].nullCount", nulls), batch, "nulls");
    }
    for (int buffer = 0; buffer < 9; buffer++) {
      String spot = "batch0.buffers[" + buffer + "].";
      for (long offset :
          new long[] {-1, -8, entry.size(), 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE}) {
        table.corrupt(
            "buffer " + buffer + " at " + offset,
            set(entry, spot + "offset", offset),
            batch,
            "buffer " + buffer + " claims");
      }
      for (long length : new long[] {-1, entry.size(), 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE}) {
        table.corrupt(
            "buffer " + buffer + " of " + length,
            set(entry, spot + "length", length),
            batch,
            "buffer " + buffer + " claims");
      }
      for (long length : new long[] {0, 1}) {
        table.corrupt(
            "buffer " + buffer + " of only " + length,
            set(entry, spot + "length", length),
            SOMEWHERE,
            "");
      }
    }
    for (long count : new long[] {-1, 0, 2, 9, Integer.MAX_VALUE, Long.MAX_VALUE, Long.MIN_VALUE}) {
      table.corrupt(count + " data buffers", set(entry, "batch0.variadic[0]", count), batch, "");
    }
    for (long length : new long[] {Integer.MAX_VALUE, 1L << 40}) {
      EntryFile lists = EntryFile.bundled("lists_none");
      EntryFile structs = EntryFile.bundled("structs_none");
      boolean supported = length <= Integer.MAX_VALUE;
      if (supported) {
        table.corrupt(
            length + " elements", set(lists, "batch0.nodes[1].length", length), SOMEWHERE, "");
        table.corrupt(
            length + " fields", set(structs, "batch0.nodes[2].length", length), SOMEWHERE, "");
      } else {
        table.unsupported(
            length + " elements", set(lists, "batch0.nodes[1].length", length), "slots");
        table.unsupported(
            length + " fields", set(structs, "batch0.nodes[2].length", length), "slots");
      }
    }
    EntryFile empty = EntryFile.bundled("zero_columns_with_rows");
    table.unsupported(
        "2^40 rows of nothing", set(empty, "batch0.length", 1L << 40), "rows; 2^31 - 1 are read");
    table.corrupt("-1 rows of nothing", set(empty, "batch0.length", -1), SOMEWHERE, "rows");
  }

  private static void compression(Table table) {
    for (String name : List.of("rich_zstd", "rich_lz4")) {
      EntryFile entry = EntryFile.bundled(name);
      int data = 0;
      while (!ArrowSpots.of(entry).has("batch0.buffers[" + data + "].uncompressed")
          || get(entry, "batch0.buffers[" + data + "].uncompressed") == -1) {
        data++;
      }
      String spot = "batch0.buffers[" + data + "].uncompressed";
      for (long size :
          new long[] {
            0, 1, -2, 1L << 30, 1L << 31, 1L << 40, 1L << 62, Long.MAX_VALUE, Long.MIN_VALUE
          }) {
        table.corrupt(
            name + ": " + size + " bytes uncompressed",
            set(entry, spot, size),
            SOMEWHERE,
            "claims " + size + " bytes");
      }
      long right = get(entry, spot);
      table.corrupt(name + ": one byte more", set(entry, spot, right + 1), SOMEWHERE, "damaged");
      ArrowSpots.Spot first = ArrowSpots.of(entry).at(spot);
      for (int i = 0; i < 4; i++) {
        int at = first.at() + 8 + i;
        table.corrupt(
            name + ": codec magic " + i,
            entry.edited(file -> file.put(at, (byte) ~file.get(at))).signed(),
            SOMEWHERE,
            "damaged");
      }
    }
    EntryFile zstd = EntryFile.bundled("rich_zstd");
    table.unsupported("codec 9", set(zstd, "batch0.compression.codec", 9), "codec 9");
    table.unsupported("codec -1", set(zstd, "batch0.compression.codec", -1), "codec -1");
    table.corrupt("lz4 for zstd", set(zstd, "batch0.compression.codec", 0), SOMEWHERE, "damaged");
  }

  /** A word of a buffer's contents replaced, and signed. */
  private static EntryFile data(
      EntryFile entry, String message, int buffer, int at, int width, long value) {
    ArrowSpots spots = ArrowSpots.of(entry);
    ArrowSpots.Body body =
        spots.bodies().stream().filter(b -> b.path().equals(message)).findFirst().orElseThrow();
    int prefix = spots.has(message + ".compression@offset") ? 8 : 0;
    int place =
        body.bodyAt() + (int) get(entry, message + ".buffers[" + buffer + "].offset") + prefix + at;
    return entry.edited(file -> new ArrowSpots.Spot("", place, width).set(file, value)).signed();
  }

  private static void contents(Table table) {
    EntryFile strings = EntryFile.bundled("strings_layouts_none");
    for (long offset : new long[] {-1, 1000, 1 << 20, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      for (int row : new int[] {0, 1, 5, 10}) {
        table.corrupt(
            "offset " + row + " is " + offset,
            data(strings, "batch0", 1, 4 * row, 4, offset),
            SOMEWHERE,
            "column 'utf8'");
        table.corrupt(
            "wide offset " + row + " is " + offset,
            data(strings, "batch0", 4, 8 * row, 8, offset),
            SOMEWHERE,
            "column 'large_utf8'");
      }
    }
    for (long offset : new long[] {Long.MAX_VALUE, Long.MIN_VALUE, 1L << 32, 1L << 40}) {
      table.corrupt(
          "last wide offset is " + offset,
          data(strings, "batch0", 4, 80, 8, offset),
          SOMEWHERE,
          "column 'large_utf8'");
    }
    int longText = longView(strings, "batch0", 7);
    for (long value : new long[] {-1, 1 << 20, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      table.corrupt(
          "view of length " + value,
          data(strings, "batch0", 7, longText, 4, value),
          SOMEWHERE,
          "past its data");
      table.corrupt(
          "view of buffer " + value,
          data(strings, "batch0", 7, longText + 8, 4, value),
          SOMEWHERE,
          "past its data");
      table.corrupt(
          "view at " + value,
          data(strings, "batch0", 7, longText + 12, 4, value),
          SOMEWHERE,
          "past its data");
    }
    table.corrupt("nulls that are none", data(strings, "batch0", 0, 0, 2, 0), SOMEWHERE, "nulls");
    EntryFile lists = EntryFile.bundled("lists_none");
    for (long offset : new long[] {-1, 1000, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      for (int row : new int[] {0, 2, 5}) {
        table.corrupt(
            "list offset " + row + " is " + offset,
            data(lists, "batch0", 1, 4 * row, 4, offset),
            SOMEWHERE,
            "column 'ints");
      }
    }
    EntryFile codes = EntryFile.bundled("categoricals_none");
    for (int code : new int[] {-1, -128, 127, 4}) {
      table.corrupt(
          "code " + code,
          data(codes, "batch0", 1, 0, 1, code),
          SOMEWHERE,
          "points past its dictionary of 4 values in row 0");
    }
    EntryFile wide = StoredRaw.of(EntryFile.bundled("dictionaries"));
    for (long code : new long[] {-1, 3, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE}) {
      table.corrupt(
          "code of 8 bytes " + code,
          data(wide, "batch0", 5, 0, 8, code),
          SOMEWHERE,
          "points past its dictionary");
    }
    table.corrupt(
        "unsigned code", data(wide, "batch0", 1, 0, 1, 255), SOMEWHERE, "past its dictionary");
  }

  /** The first view that is longer than what fits into a view. */
  private static int longView(EntryFile entry, String message, int buffer) {
    ArrowSpots.Body body =
        ArrowSpots.of(entry).bodies().stream()
            .filter(b -> b.path().equals(message))
            .findFirst()
            .orElseThrow();
    int at = body.bodyAt() + (int) get(entry, message + ".buffers[" + buffer + "].offset");
    ByteBuffer file = ByteBuffer.wrap(entry.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    int view = 0;
    while (file.getInt(at + view) <= 12) {
      view += 16;
    }
    return view;
  }

  private static void schemas(Table table) {
    EntryFile entry = EntryFile.bundled("bools_none");
    // A member that is left out has its default; a field of a table that is there can be set.
    table.unsupported(
        "type 99", set(entry, "footer.schema.fields[0].typeType", 99), "Arrow type number 99");
    table.unsupported(
        "type 0", set(entry, "footer.schema.fields[0].typeType", 0), "Arrow type number 0");
    table.corrupt(
        "a list without elements",
        set(entry, "footer.schema.fields[0].typeType", 12),
        SOMEWHERE,
        "children");
    table.corrupt(
        "wider values than there are",
        set(SMALL, "footer.schema.fields[0].typeType", 3),
        SOMEWHERE,
        "");
    EntryFile ints = EntryFile.bundled("ints");
    for (long width : new long[] {24, 0, -8, 128, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      table.unsupported(
          "integers of " + width + " bits",
          set(ints, "footer.schema.fields[0].type.bitWidth", width),
          "cannot be read");
    }
    for (long width : new long[] {24, 0, -8, 128}) {
      table.unsupported(
          "codes of " + width + " bits",
          set(
              EntryFile.bundled("categoricals_none"),
              "footer.schema.fields[0].dictionary.indexType.bitWidth",
              width),
          "cannot be read");
    }
    EntryFile binary = EntryFile.bundled("binary_layouts");
    String width = fieldSpot(binary, "type.byteWidth");
    table.corrupt("values of 2^31 bytes", set(binary, width, Integer.MAX_VALUE), SOMEWHERE, "");
    for (long size : new long[] {-1, Integer.MIN_VALUE}) {
      table.rows.add(
          new Hostile(
              "values of " + size + " bytes",
              set(binary, width, size),
              EnvelopeException.class,
              SOMEWHERE,
              "",
              false));
      EntryFile lists = EntryFile.bundled("lists_none");
      table.rows.add(
          new Hostile(
              "lists of " + size,
              set(lists, fieldSpot(lists, "type.listSize"), size),
              EnvelopeException.class,
              SOMEWHERE,
              "",
              false));
    }
    EntryFile lists = EntryFile.bundled("lists_none");
    for (long size : new long[] {3, 1 << 20, Integer.MAX_VALUE}) {
      table.corrupt(
          "lists of " + size, set(lists, fieldSpot(lists, "type.listSize"), size), SOMEWHERE, "");
    }
    EntryFile times = EntryFile.bundled("timestamps_zoned");
    for (long unit : new long[] {4, 99, -1}) {
      table.corrupt(
          "timestamps of unit " + unit,
          set(times, fieldSpot(times, "type.unit"), unit),
          SOMEWHERE,
          "footer");
    }
    for (long unit : new long[] {2, 3}) {
      // Arrow Java goes by the unit, and would read 8 bytes where the schema has 4.
      table.unsupported(
          "times of 32 bits in unit " + unit,
          set(EntryFile.bundled("times"), "footer.schema.fields[0].type.unit", unit),
          "cannot be read");
    }
    EntryFile decimals = EntryFile.bundled("decimals");
    table.unsupported(
        "decimals of 24 bits",
        set(decimals, fieldSpot(decimals, "type.bitWidth"), 24),
        "cannot be read");
  }

  private static String fieldSpot(EntryFile entry, String end) {
    return ArrowSpots.of(entry).all().stream()
        .map(ArrowSpots.Spot::path)
        .filter(path -> path.startsWith("footer.schema") && path.endsWith(end))
        .findFirst()
        .orElseThrow();
  }

  private static Field field(String name, ArrowType type, Field... children) {
    return new Field(name, new FieldType(true, type, null), List.of(children));
  }

  private static final ArrowType INT = new ArrowType.Int(32, true);

  private static void madeByHand(Table table) {
    Field deep = field("leaf", INT);
    for (int i = 0; i < 70; i++) {
      deep = field("level", ArrowType.Struct.INSTANCE, deep);
    }
    table.unsupported(
        "a schema 70 deep",
        SMALL.withArrow(ArrowFiles.write(List.of(deep), root -> root.setRowCount(0))),
        "nests deeper");
    table.unsupported(
        "two columns of one name",
        SMALL.withArrow(
            ArrowFiles.write(List.of(field("a", INT), field("a", INT)), r -> r.setRowCount(0))),
        "two columns named 'a'");
    table.corrupt(
        "a name of a megabyte for 50,000 columns",
        SMALL.withArrow(ArrowFiles.sharedNames(50_000, 1 << 20, 0)),
        SOMEWHERE,
        "share");
    table.corrupt(
        "100,000 pairs of a megabyte",
        SMALL.withArrow(ArrowFiles.sharedNames(1, 1 << 20, 100_000)),
        SOMEWHERE,
        "share");
    table.corrupt(
        "one batch a million times",
        SMALL.withArrow(ArrowFiles.sharedBlocks(new byte[1 << 16], 1 << 16, 1_000_000)),
        SOMEWHERE,
        "overlap");
  }

  @Test
  void anUnreadableColumnIsRefusedOnlyWhenItIsSelected() {
    Field union = field("union", new ArrowType.Union(UnionMode.Dense, new int[] {0}));
    Field twins = field("twins", ArrowType.Struct.INSTANCE, field("x", INT), field("y", INT));
    byte[] arrow =
        ArrowFiles.write(
            List.of(union, twins, field("number", INT)),
            root -> {
              ((IntVector) root.getVector("number")).setSafe(0, 42);
              root.setRowCount(1);
            });
    EntryFile sound = SMALL.withArrow(arrow);
    // Arrow's own vectors cannot have two children of one name; the format can.
    int name = ArrowSpots.of(sound).at("footer.schema.fields[1].children[1].name#length").at() + 4;
    EntryFile entry = sound.edited(file -> file.put(name, (byte) 'x')).signed();
    entry.writeTo(directory);
    Map<String, String> options = Probe.options(directory, entry, "map");
    assertEquals(1, Probe.read(options, field -> field.getName().equals("number")).rows());
    for (String column : List.of("union", "twins")) {
      UnsupportedEntryException refused =
          assertThrows(
              UnsupportedEntryException.class,
              () -> Probe.read(options, field -> field.getName().equals(column)));
      assertTrue(refused.getMessage().contains("'" + column + "'"), refused::toString);
      assertEquals(entry.key(), refused.entry());
    }
  }
}

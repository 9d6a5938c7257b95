package dev.envelope.testing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where in an Arrow IPC file every number of its metadata lies, so that each can be made wrong.
 *
 * <p>Walks the flatbuffers of the footer and of all messages by the tables of Arrow's {@code
 * File.fbs}, {@code Message.fbs} and {@code Schema.fbs}, without the generated accessors: those do
 * not tell positions. A member that is left out because it has its default has no place. Spots are
 * named by their path, such as {@code batch0.nodes[1].length} or {@code
 * footer.schema.fields[0].type.bitWidth}; what the format itself needs (offsets of tables, lengths
 * of vectors, vtables) has names that end in {@code @offset}, {@code #length} and {@code !vtable}.
 */
public final class ArrowSpots {
  /**
   * A number.
   *
   * @param path what it is
   * @param at where it starts, in the bytes that were walked
   * @param width 1, 2, 4 or 8 bytes, little-endian
   */
  public record Spot(String path, int at, int width) {
    /** What stands there. */
    public long get(ByteBuffer file) {
      return switch (width) {
        case 1 -> file.get(at);
        case 2 -> file.getShort(at);
        case 4 -> file.getInt(at);
        default -> file.getLong(at);
      };
    }

    /** Puts something else there. */
    public void set(ByteBuffer file, long value) {
      switch (width) {
        case 1 -> file.put(at, (byte) value);
        case 2 -> file.putShort(at, (short) value);
        case 4 -> file.putInt(at, (int) value);
        default -> file.putLong(at, value);
      }
    }
  }

  /**
   * A message: where it is, by the footer.
   *
   * @param path its name, such as {@code batch0}
   * @param block the path of its block in the footer
   * @param metadataAt where its metadata starts
   * @param bodyAt where its body starts
   * @param bodyLength how long its body is
   */
  public record Body(String path, String block, int metadataAt, int bodyAt, int bodyLength) {}

  private final Map<String, Spot> spots = new LinkedHashMap<>();
  private final List<Body> bodies = new ArrayList<>();
  private final ByteBuffer file;
  private final int start;

  private ArrowSpots(byte[] bytes, int start) {
    this.file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    this.start = start;
  }

  /**
   * Walks a sound file.
   *
   * @param bytes what the Arrow file lies in, up to the end
   * @param start where it starts
   */
  public static ArrowSpots of(byte[] bytes, int start) {
    ArrowSpots spots = new ArrowSpots(bytes, start);
    spots.walk();
    return spots;
  }

  /** The same for the Arrow file of an entry. */
  public static ArrowSpots of(EntryFile entry) {
    return of(entry.bytes(), entry.arrowAt());
  }

  /** The spot with a path. */
  public Spot at(String path) {
    Spot spot = spots.get(path);
    if (spot == null) {
      throw new IllegalArgumentException("no spot " + path + " among " + spots.keySet());
    }
    return spot;
  }

  /** All spots. */
  public List<Spot> all() {
    return List.copyOf(spots.values());
  }

  /** Whether there is a spot with a path. */
  public boolean has(String path) {
    return spots.containsKey(path);
  }

  /** All messages in the order of the footer: dictionaries, then batches. */
  public List<Body> bodies() {
    return List.copyOf(bodies);
  }

  private Spot spot(String path, int at, int width) {
    Spot spot = new Spot(path, at, width);
    spots.put(path, spot);
    return spot;
  }

  private void walk() {
    int tail = file.capacity() - 10;
    int length = (int) spot("footerLength", tail, 4).get(file);
    int footer = root("footer", tail - length);
    number(footer, 0, "footer.version", 2);
    int schema = table(footer, 1, "footer.schema");
    number(schema, 0, "footer.schema.endianness", 2);
    int[] fields = tables(schema, 1, "footer.schema.fields");
    for (int i = 0; i < fields.length; i++) {
      field("footer.schema.fields[" + i + "]", fields[i]);
    }
    messages(footer, 2, "footer.dictionaries", "dictionary");
    messages(footer, 3, "footer.recordBatches", "batch");
  }

  private void messages(int footer, int member, String path, String name) {
    int vector = vector(footer, member, path);
    for (int i = 0; vector != 0 && i < file.getInt(vector); i++) {
      int block = vector + 4 + 24 * i;
      String blockPath = path + "[" + i + "]";
      long offset = spot(blockPath + ".offset", block, 8).get(file);
      int metadata = (int) spot(blockPath + ".metaDataLength", block + 8, 4).get(file);
      long body = spot(blockPath + ".bodyLength", block + 16, 8).get(file);
      int at = start + (int) offset;
      bodies.add(new Body(name + i, blockPath, at, at + metadata, (int) body));
      message(name + i, at, at + metadata);
    }
  }

  private void message(String path, int at, int body) {
    spot(path + ".continuation", at, 4);
    spot(path + ".metadataSize", at + 4, 4);
    int message = root(path, at + 8);
    number(message, 0, path + ".version", 2);
    number(message, 1, path + ".headerType", 1);
    number(message, 3, path + ".bodyLength", 8);
    int header = table(message, 2, path + ".header");
    if (path.startsWith("dictionary")) {
      number(header, 0, path + ".id", 8);
      number(header, 2, path + ".isDelta", 1);
      header = table(header, 1, path + ".data");
    }
    number(header, 0, path + ".length", 8);
    int nodes = vector(header, 1, path + ".nodes");
    for (int i = 0; nodes != 0 && i < file.getInt(nodes); i++) {
      spot(path + ".nodes[" + i + "].length", nodes + 4 + 16 * i, 8);
      spot(path + ".nodes[" + i + "].nullCount", nodes + 12 + 16 * i, 8);
    }
    int compression = table(header, 3, path + ".compression");
    number(compression, 0, path + ".compression.codec", 1);
    number(compression, 1, path + ".compression.method", 1);
    int buffers = vector(header, 2, path + ".buffers");
    for (int i = 0; buffers != 0 && i < file.getInt(buffers); i++) {
      int buffer = buffers + 4 + 16 * i;
      String bufferPath = path + ".buffers[" + i + "]";
      int offset = (int) spot(bufferPath + ".offset", buffer, 8).get(file);
      long length = spot(bufferPath + ".length", buffer + 8, 8).get(file);
      if (compression != 0 && length >= 8) {
        spot(bufferPath + ".uncompressed", body + offset, 8);
      }
    }
    int variadic = vector(header, 4, path + ".variadic");
    for (int i = 0; variadic != 0 && i < file.getInt(variadic); i++) {
      spot(path + ".variadic[" + i + "]", variadic + 4 + 8 * i, 8);
    }
  }

  private void field(String path, int field) {
    vector(field, 0, path + ".name");
    number(field, 1, path + ".nullable", 1);
    int type = (int) number(field, 2, path + ".typeType", 1);
    int typeTable = table(field, 3, path + ".type");
    switch (type) {
      case 2 -> {
        number(typeTable, 0, path + ".type.bitWidth", 4);
        number(typeTable, 1, path + ".type.isSigned", 1);
      }
      case 3, 8, 11, 18 -> number(typeTable, 0, path + ".type.unit", 2);
      case 7 -> {
        number(typeTable, 0, path + ".type.precision", 4);
        number(typeTable, 1, path + ".type.scale", 4);
        number(typeTable, 2, path + ".type.bitWidth", 4);
      }
      case 9 -> {
        number(typeTable, 0, path + ".type.unit", 2);
        number(typeTable, 1, path + ".type.bitWidth", 4);
      }
      case 10 -> {
        number(typeTable, 0, path + ".type.unit", 2);
        vector(typeTable, 1, path + ".type.timezone");
      }
      case 15 -> number(typeTable, 0, path + ".type.byteWidth", 4);
      case 16 -> number(typeTable, 0, path + ".type.listSize", 4);
      case 17 -> number(typeTable, 0, path + ".type.keysSorted", 1);
      default -> {}
    }
    int dictionary = table(field, 4, path + ".dictionary");
    number(dictionary, 0, path + ".dictionary.id", 8);
    int index = table(dictionary, 1, path + ".dictionary.indexType");
    number(index, 0, path + ".dictionary.indexType.bitWidth", 4);
    number(index, 1, path + ".dictionary.indexType.isSigned", 1);
    number(dictionary, 2, path + ".dictionary.isOrdered", 1);
    int[] children = tables(field, 5, path + ".children");
    for (int i = 0; i < children.length; i++) {
      field(path + ".children[" + i + "]", children[i]);
    }
    vector(field, 6, path + ".metadata");
  }

  private int root(String path, int at) {
    int table = at + (int) spot(path + "@offset", at, 4).get(file);
    vtable(table, path);
    return table;
  }

  private void vtable(int table, String path) {
    int vtable = table - (int) spot(path + "!vtable", table, 4).get(file);
    int size = (int) spot(path + "!vtable.size", vtable, 2).get(file);
    spot(path + "!vtable.tableSize", vtable + 2, 2);
    for (int i = 4; i < size; i += 2) {
      spot(path + "!vtable[" + (i - 4) / 2 + "]", vtable + i, 2);
    }
  }

  /** Where a member of a table lies, or 0 where it is left out. */
  private int member(int table, int member) {
    if (table == 0) {
      return 0;
    }
    int vtable = table - file.getInt(table);
    int entry = 4 + 2 * member;
    if (entry >= file.getShort(vtable)) {
      return 0;
    }
    int offset = file.getShort(vtable + entry);
    return offset == 0 ? 0 : table + offset;
  }

  private long number(int table, int member, String path, int width) {
    int at = member(table, member);
    return at == 0 ? 0 : spot(path, at, width).get(file);
  }

  private int table(int table, int member, String path) {
    int at = member(table, member);
    if (at == 0) {
      return 0;
    }
    int below = at + (int) spot(path + "@offset", at, 4).get(file);
    vtable(below, path);
    return below;
  }

  /** The length of a vector or a string, before its elements. */
  private int vector(int table, int member, String path) {
    int at = member(table, member);
    if (at == 0) {
      return 0;
    }
    int vector = at + (int) spot(path + "@offset", at, 4).get(file);
    spot(path + "#length", vector, 4);
    return vector;
  }

  private int[] tables(int table, int member, String path) {
    int vector = vector(table, member, path);
    int[] below = new int[vector == 0 ? 0 : file.getInt(vector)];
    for (int i = 0; i < below.length; i++) {
      int at = vector + 4 + 4 * i;
      below[i] = at + (int) spot(path + "[" + i + "]@offset", at, 4).get(file);
      vtable(below[i], path + "[" + i + "]");
    }
    return below;
  }
}

package dev.envelope.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.envelope.memory.Xxh3;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * A file of cachekit's file cache, to be altered: the file header, the frame with its header, the
 * checksum, the Arrow file. Immutable; every alteration gives a new one under the same name.
 */
public final class EntryFile {
  /** Where the real entries lie: beside this module, or where another module says. */
  public static final Path BUNDLED =
      Path.of(System.getProperty("envelope.entries", "../integration-tests/entries"));

  /** The file header, before the stored value. */
  public static final int FILE_HEADER = 14;

  /** Magic, version and header length of a frame. */
  public static final int FRAME_PREFIX = 7;

  /** The payload's checksum. */
  public static final int CHECKSUM = 8;

  private static final JsonNode MANIFEST = manifest();

  private final String name;
  private final String key;
  private final String fileName;
  private final byte[] bytes;

  private EntryFile(String name, String key, String fileName, byte[] bytes) {
    this.name = name;
    this.key = key;
    this.fileName = fileName;
    this.bytes = bytes;
  }

  private static JsonNode manifest() {
    try {
      return new ObjectMapper().readTree(Files.readAllBytes(BUNDLED.resolve("manifest.json")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A bundled entry by its name in the manifest. */
  public static EntryFile bundled(String name) {
    for (JsonNode entry : MANIFEST.get("entries")) {
      if (entry.get("name").asText().equals(name)) {
        String fileName = entry.get("file").asText();
        try {
          Path file = BUNDLED.resolve(entry.get("dir").asText()).resolve(fileName);
          return new EntryFile(name, entry.get("key").asText(), fileName, Files.readAllBytes(file));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    throw new IllegalArgumentException("no bundled entry is named " + name);
  }

  /** An entry from elsewhere. */
  static EntryFile of(String name, String key, String fileName, byte[] bytes) {
    return new EntryFile(name, key, fileName, bytes.clone());
  }

  /** All bundled entries of a directory beside the manifest. */
  public static List<EntryFile> allBundled(String directory) {
    List<EntryFile> all = new ArrayList<>();
    for (JsonNode entry : MANIFEST.get("entries")) {
      if (entry.get("dir").asText().equals(directory)) {
        all.add(bundled(entry.get("name").asText()));
      }
    }
    return all;
  }

  /** A copy of the stored value: what a server would hold. */
  public byte[] value() {
    return Arrays.copyOfRange(bytes, FILE_HEADER, bytes.length);
  }

  /** The name in the manifest. */
  public String name() {
    return name;
  }

  /** The cache key. */
  public String key() {
    return key;
  }

  /** The name of the file: the hash of the key. */
  public String fileName() {
    return fileName;
  }

  /** A copy of all bytes of the file. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** How long the file is. */
  public int size() {
    return bytes.length;
  }

  /** Where in the file the payload starts: the checksum of an entry that has one. */
  public int payloadAt() {
    return payloadAt(bytes);
  }

  /** Where in the file the Arrow file starts. */
  public int arrowAt() {
    return payloadAt() + CHECKSUM;
  }

  private static int payloadAt(byte[] bytes) {
    if (bytes.length < FILE_HEADER + FRAME_PREFIX
        || bytes[FILE_HEADER] != 'C'
        || bytes[FILE_HEADER + 1] != 'K') {
      return -1;
    }
    long length =
        Integer.toUnsignedLong(
            ByteBuffer.wrap(bytes).order(ByteOrder.BIG_ENDIAN).getInt(FILE_HEADER + 3));
    long payload = FILE_HEADER + FRAME_PREFIX + length;
    return payload + CHECKSUM > bytes.length ? -1 : (int) payload;
  }

  /** The same entry with other bytes. */
  public EntryFile with(byte[] replaced) {
    return new EntryFile(name, key, fileName, replaced);
  }

  /** The same entry after a change in place, through a little-endian buffer over the whole file. */
  public EntryFile edited(Consumer<ByteBuffer> edit) {
    byte[] copy = bytes.clone();
    edit.accept(ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN));
    return with(copy);
  }

  /** The first bytes only. */
  public EntryFile cutTo(int length) {
    return with(Arrays.copyOf(bytes, length));
  }

  /** Another JSON header, with the frame's length of it adapted. */
  public EntryFile withHeader(String json) {
    return withHeader(json.getBytes(StandardCharsets.UTF_8));
  }

  /** Another header, JSON or not, with the frame's length of it adapted. */
  public EntryFile withHeader(byte[] header) {
    int payload = payloadAt();
    ByteBuffer file =
        ByteBuffer.allocate(FILE_HEADER + FRAME_PREFIX + header.length + bytes.length - payload)
            .order(ByteOrder.BIG_ENDIAN);
    file.put(bytes, 0, FILE_HEADER + 3).putInt(header.length).put(header);
    file.put(bytes, payload, bytes.length - payload);
    return with(file.array());
  }

  /** The JSON header. */
  public String header() {
    int start = FILE_HEADER + FRAME_PREFIX;
    return new String(bytes, start, payloadAt() - start, StandardCharsets.UTF_8);
  }

  /** Another stored value behind the same file header. */
  public EntryFile withValue(byte[] value) {
    ByteBuffer file = ByteBuffer.allocate(FILE_HEADER + value.length);
    return with(file.put(bytes, 0, FILE_HEADER).put(value).array());
  }

  /** Another Arrow file behind the same header, signed. */
  public EntryFile withArrow(byte[] arrow) {
    ByteBuffer file = ByteBuffer.allocate(arrowAt() + arrow.length);
    return with(file.put(bytes, 0, arrowAt()).put(arrow).array()).signed();
  }

  /** A copy of the Arrow file. */
  public byte[] arrow() {
    return Arrays.copyOfRange(bytes, arrowAt(), bytes.length);
  }

  /** The same entry with the checksum that its payload should have, if it has room for one. */
  public EntryFile signed() {
    byte[] copy = bytes.clone();
    sign(copy);
    return with(copy);
  }

  /** Puts the right checksum into a file, if its frame is sound enough to have one. */
  public static void sign(byte[] file) {
    int payload = payloadAt(file);
    if (payload >= 0) {
      byte[] hashed = Arrays.copyOfRange(file, payload + CHECKSUM, file.length);
      ByteBuffer.wrap(file).order(ByteOrder.BIG_ENDIAN).putLong(payload, Xxh3.hash(hashed));
    }
  }

  /** Writes the file where a file cache would have it. */
  public Path writeTo(Path directory) {
    try {
      return Files.write(directory.resolve(fileName), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}

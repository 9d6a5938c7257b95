package dev.envelope.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.envelope.memory.Xxh3;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * A stored value of any kind, taken apart down to the document or the array in it, so that tests
 * can alter that and put everything around it together again: checksum, ByteStorage, tag, envelope.
 * Immutable.
 */
public final class KindFile {
  private static final int CHECKSUM = 8;

  /** What stands between the envelope, or what was encrypted, and the document. */
  private enum Guard {
    NONE,
    CHECKSUM,
    BYTE_STORAGE
  }

  private final KindCell cell;
  private final EntryFile entry;
  private final byte[] value;
  private final Sealing sealing;
  private final Guard guard;
  private final boolean integers;
  private final byte[] content;

  private KindFile(KindCell cell) {
    this.cell = cell;
    this.entry = cell.entry();
    this.value = entry.value();
    this.sealing = cell.encrypted() ? sealing(cell) : null;
    byte[] payload = unwrap();
    byte[] plain = sealing == null ? payload : sealing.open(payload);
    if (plain.length >= CHECKSUM
        && ByteBuffer.wrap(plain).getLong()
            == Xxh3.hash(Arrays.copyOfRange(plain, CHECKSUM, plain.length))) {
      guard = Guard.CHECKSUM;
      integers = false;
      content = Arrays.copyOfRange(plain, CHECKSUM, plain.length);
    } else if (!cell.envelope().equals("interop") && ByteStorageBytes.isOne(plain)) {
      ByteStorageBytes storage = ByteStorageBytes.of(plain);
      guard = Guard.BYTE_STORAGE;
      integers = storage.integers();
      content = storage.content();
    } else {
      guard = Guard.NONE;
      integers = false;
      content = plain;
    }
  }

  /** Takes the entry of a cell apart. */
  public static KindFile of(KindCell cell) {
    return new KindFile(cell);
  }

  private static Sealing sealing(KindCell cell) {
    List<String> parts = new ArrayList<>(List.of(cell.key()));
    if (cell.envelope().equals("interop")) {
      parts.addAll(List.of("msgpack", "False"));
    } else {
      parts.add(cell.header("format"));
      parts.add(cell.header("compressed").equals("true") ? "True" : "False");
      parts.add(cell.header("original_type"));
    }
    return new Sealing(cell.masterKey(), cell.tenant(), parts);
  }

  private byte[] unwrap() {
    return switch (cell.envelope()) {
      case "interop" -> value;
      case "frame" -> Arrays.copyOfRange(value, payloadAt(), value.length);
      default -> Base64.getDecoder().decode(data());
    };
  }

  private String data() {
    try {
      return new ObjectMapper().readTree(value).get("data").asText();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int payloadAt() {
    return Integer.parseInt(cell.header("payload_at"));
  }

  /** The cell. */
  public KindCell cell() {
    return cell;
  }

  /** The file as it is. */
  public EntryFile entry() {
    return entry;
  }

  /** A copy of the document or the array, without anything around it. */
  public byte[] content() {
    return content.clone();
  }

  /** Whether anything tells other content from the right one. */
  public boolean isGuarded() {
    return guard != Guard.NONE || sealing != null;
  }

  /** Whether the content lies in a ByteStorage. */
  public boolean isPacked() {
    return guard == Guard.BYTE_STORAGE;
  }

  /** Whether it does, and the header says that it does not, as some old releases write it. */
  public boolean deniesStorage() {
    return isPacked() && cell.header("compressed").equals("false");
  }

  /** The same entry with another content, signed, packed and sealed as the old one was. */
  public EntryFile with(byte[] other) {
    byte[] plain =
        switch (guard) {
          case NONE -> other;
          case CHECKSUM ->
              ByteBuffer.allocate(CHECKSUM + other.length)
                  .putLong(Xxh3.hash(other))
                  .put(other)
                  .array();
          case BYTE_STORAGE -> new ByteStorageBytes(other, integers).bytes();
        };
    return withPayload(sealing == null ? plain : sealing.seal(plain));
  }

  /** The same entry with a ByteStorage of whatever claims. */
  public EntryFile withStorage(byte[] compressed, long checksum, long size) {
    byte[] plain = ByteStorageBytes.of(compressed, checksum, size, integers);
    return withPayload(sealing == null ? plain : sealing.seal(plain));
  }

  private EntryFile withPayload(byte[] payload) {
    byte[] wrapped =
        switch (cell.envelope()) {
          case "interop" -> payload;
          case "frame" ->
              ByteBuffer.allocate(payloadAt() + payload.length)
                  .put(value, 0, payloadAt())
                  .put(payload)
                  .array();
          // In place, for the writer's own spaces.
          default ->
              new String(value, StandardCharsets.UTF_8)
                  .replace(data(), Base64.getEncoder().encodeToString(payload))
                  .getBytes(StandardCharsets.UTF_8);
        };
    return entry.withValue(wrapped);
  }

  @Override
  public String toString() {
    return cell.name();
  }
}

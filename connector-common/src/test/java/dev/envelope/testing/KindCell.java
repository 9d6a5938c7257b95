package dev.envelope.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One cell of {@code kinds.json}: an entry that the real library wrote under some settings, or the
 * word that it writes none. Immutable.
 */
public final class KindCell {
  private final JsonNode account;

  private KindCell(JsonNode account) {
    this.account = account;
  }

  /** All cells, in the order of the manifest. */
  public static List<KindCell> all() {
    try {
      return of(Files.readAllBytes(EntryFile.BUNDLED.resolve("kinds.json")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The cells of a manifest, such as one of entries that were written just now. */
  public static List<KindCell> of(byte[] manifest) throws IOException {
    List<KindCell> all = new ArrayList<>();
    for (JsonNode account : new ObjectMapper().readTree(manifest).get("cells")) {
      all.add(new KindCell(account));
    }
    return all;
  }

  /** The cell of that name. */
  public static KindCell named(String name) {
    return all().stream().filter(cell -> cell.name().equals(name)).findFirst().orElseThrow();
  }

  private String text(String member) {
    return account.path(member).asText("");
  }

  /** The environment, the value and the settings. */
  public String name() {
    return text("name");
  }

  /** {@code newest}, {@code oldest} or {@code plain}. */
  public String environment() {
    return name().substring(0, name().indexOf('-'));
  }

  /** The library's version. */
  public String version() {
    return text("cachekit");
  }

  /** What was cached: a document, a numpy array, … */
  public String kind() {
    return text("kind");
  }

  /** The serializer that was asked for. */
  public String serializer() {
    return text("asked");
  }

  /** Whether it was asked for by {@code name} or as an {@code instance}. */
  public String by() {
    return text("by");
  }

  /** The codec of an Arrow serializer's instance, or empty. */
  public String codec() {
    return account.path("codec").isNull() ? "" : text("codec");
  }

  public boolean integrity() {
    return account.get("integrity").asBoolean();
  }

  public boolean encrypted() {
    return account.get("encrypted").asBoolean();
  }

  /** Whether it is one of the matrix of all settings. */
  public boolean inMatrix() {
    return name().contains("-matrix_");
  }

  /** Why the library writes no such entry, or empty. */
  public String refused() {
    return text("refused");
  }

  /** Whether the library cannot read again what it wrote. */
  public boolean unreadable() {
    return account.has("unreadable");
  }

  /** Whether there is an entry. */
  public boolean isWritten() {
    return account.has("file");
  }

  /** The cache key. */
  public String key() {
    return text("key");
  }

  /** {@code frame}, {@code legacy} or {@code interop}. */
  public String envelope() {
    return account.path("header").path("envelope").asText();
  }

  /** What the entry's header says of itself, or empty. */
  public String header(String member) {
    return account.path("header").path(member).asText("");
  }

  /** The master key in hex, of an encrypted entry. */
  public String masterKey() {
    return text("master_key");
  }

  /** The tenant, of an encrypted entry. */
  public String tenant() {
    return text("tenant");
  }

  /** The entry's file. */
  public EntryFile entry() {
    try {
      byte[] bytes =
          Files.readAllBytes(EntryFile.BUNDLED.resolve(text("dir")).resolve(text("file")));
      return EntryFile.of(name(), key(), text("file"), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The options that a reader needs beside the place and the key. */
  public Map<String, String> options() {
    Map<String, String> options = new TreeMap<>();
    boolean interop = envelope().equals("interop");
    if (interop) {
      options.put("format", "interop");
    }
    if (encrypted()) {
      options.put("master-key-secret", masterKey());
      if (interop) {
        options.put("tenant", tenant());
      }
    }
    return options;
  }

  /** Whether rows are expected; otherwise a typed error is. */
  public boolean hasRows() {
    return account.has("rows");
  }

  /** The rows that are expected. */
  public SpeltRows rows() {
    return SpeltRows.expected(account.get("columns"), account.get("rows"));
  }

  @Override
  public String toString() {
    return name();
  }
}

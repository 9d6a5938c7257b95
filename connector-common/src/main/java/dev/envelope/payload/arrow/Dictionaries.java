package dev.envelope.payload.arrow;

import dev.envelope.CorruptEntryException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.memory.ByteSource;
import dev.envelope.memory.Region;
import dev.envelope.payload.Column;
import dev.envelope.payload.DecodeStats;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The dictionaries of one reader. Each is loaded when the first column asks for it, and once: all
 * batches share it. Not thread-safe.
 */
final class Dictionaries implements AutoCloseable {
  private final ArrowFile file;
  private final Region region;
  private final BufferAllocator allocator;
  private final Codecs codecs;
  private final AllValid allValid;
  private final DecodeStats stats;
  private final Map<Long, SharedColumn> loaded = new HashMap<>();
  private final Set<Long> loading = new HashSet<>();
  private Map<Long, BatchMetadata> batches;

  /**
   * Loads nothing yet.
   *
   * @param known the metadata by id, or null to read it from the region
   */
  Dictionaries(
      ArrowFile file,
      Region region,
      BufferAllocator allocator,
      Codecs codecs,
      AllValid allValid,
      DecodeStats stats,
      Map<Long, BatchMetadata> known) {
    this.file = file;
    this.region = region;
    this.allocator = allocator;
    this.codecs = codecs;
    this.allValid = allValid;
    this.stats = stats;
    this.batches = known;
  }

  /** The dictionary of a column, on loan. */
  SharedColumn of(FieldLayout layout, String path) {
    long id = layout.field().getDictionary().getId();
    SharedColumn dictionary = loaded.get(id);
    if (dictionary == null) {
      dictionary = load(id, layout, path);
      loaded.put(id, dictionary);
    }
    if (!dictionary.layout().field().getType().equals(layout.values().field().getType())
        || !dictionary
            .layout()
            .field()
            .getChildren()
            .equals(layout.values().field().getChildren())) {
      throw new CorruptEntryException(
          "column '" + path + "' shares dictionary " + id + " with a column of another type",
          batches().get(id).block().offset());
    }
    return dictionary;
  }

  private SharedColumn load(long id, FieldLayout layout, String path) {
    BatchMetadata metadata = batches().get(id);
    if (metadata == null) {
      throw new CorruptEntryException(
          "column '" + path + "' points at dictionary " + id + ", which is missing", file.start());
    }
    if (!loading.add(id)) {
      throw new CorruptEntryException(
          "dictionary " + id + " points at itself", metadata.block().offset());
    }
    FieldLayout values = layout.values();
    BatchMetadata.ColumnStart start = metadata.starts(List.of(values))[0];
    BodyBuffers buffers = new BodyBuffers(allocator, metadata, region, codecs, stats);
    ColumnLoader loader = new ColumnLoader(allocator, metadata, buffers, allValid, this);
    try (buffers) {
      Column column = loader.load(values, start, metadata.rows());
      return new SharedColumn(column, values, loader.used(), buffers.held());
    } catch (RuntimeException e) {
      loader.used().forEach(SharedColumn::release);
      throw e;
    } finally {
      loading.remove(id);
    }
  }

  /** The metadata of all dictionaries by id; small, and the ids stand nowhere else. */
  private Map<Long, BatchMetadata> batches() {
    if (batches == null) {
      batches = metadata(file, region);
    }
    return batches;
  }

  /** The same from any source. */
  static Map<Long, BatchMetadata> metadata(ArrowFile file, ByteSource source) {
    Map<Long, BatchMetadata> found = new HashMap<>();
    for (IpcBlock block : file.dictionaries()) {
      BatchMetadata metadata = BatchMetadata.read(source, block);
      if (metadata.dictionary() < 0) {
        throw new CorruptEntryException(
            "a dictionary is expected here, not a record batch", block.offset());
      }
      if (found.put(metadata.dictionary(), metadata) != null || metadata.delta()) {
        throw new UnsupportedEntryException(
            "dictionary "
                + metadata.dictionary()
                + " comes in several pieces, which cachekit does not write and which are not"
                + " read");
      }
    }
    return found;
  }

  @Override
  public void close() {
    List<SharedColumn> all = new ArrayList<>(loaded.values());
    loaded.clear();
    all.forEach(SharedColumn::release);
  }
}

package dev.envelope.payload.arrow;

import dev.envelope.CorruptEntryException;
import dev.envelope.memory.ByteRange;
import dev.envelope.memory.ByteSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What has to be pulled of a file's dictionaries for some of its columns: the bodies of those that
 * the columns point at, whole. Immutable.
 */
public final class WantedDictionaries {
  private final Map<Long, BatchMetadata> metadata;
  private final List<ByteRange> ranges;

  private WantedDictionaries(Map<Long, BatchMetadata> metadata, List<ByteRange> ranges) {
    this.metadata = Map.copyOf(metadata);
    this.ranges = ranges;
  }

  /**
   * Reads the metadata of the dictionaries, if a column has one.
   *
   * @param source the stored value; only metadata is read
   * @param columns positions of columns, {@link ArrowBatchReader#ABSENT} among them
   * @throws CorruptEntryException when the metadata is not sound
   */
  public static WantedDictionaries of(ArrowFile file, ByteSource source, int[] columns) {
    Set<Long> ids = new HashSet<>();
    for (int column : columns) {
      if (column != ArrowBatchReader.ABSENT) {
        collect(file.columns().get(column), ids);
      }
    }
    if (ids.isEmpty()) {
      return new WantedDictionaries(Map.of(), List.of());
    }
    Map<Long, BatchMetadata> metadata = Dictionaries.metadata(file, source);
    List<ByteRange> bodies = new ArrayList<>();
    metadata.forEach(
        (id, dictionary) -> {
          if (ids.contains(id)) {
            IpcBlock block = dictionary.block();
            bodies.add(new ByteRange(block.bodyOffset(), block.bodyLength()));
          }
        });
    return new WantedDictionaries(metadata, ByteRanges.merged(bodies, 0));
  }

  private static void collect(FieldLayout layout, Set<Long> ids) {
    if (layout.encoded()) {
      ids.add(layout.field().getDictionary().getId());
      collect(layout.values(), ids);
    }
    layout.children().forEach(child -> collect(child, ids));
  }

  /** Where the bodies lie in the stored value, ascending and without overlap. */
  public List<ByteRange> ranges() {
    return ranges;
  }

  Map<Long, BatchMetadata> metadata() {
    return metadata;
  }
}

package dev.envelope.scan;

import dev.envelope.memory.Region;
import dev.envelope.payload.DecodeStats;
import dev.envelope.payload.arrow.ArrowBatchReader;
import dev.envelope.payload.arrow.ArrowFile;
import dev.envelope.payload.arrow.WantedDictionaries;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Makes the readers of a task's entries, all of the same columns.
 *
 * @param columns the names of the columns, in the order wanted
 * @param allocator for what batches need beside the entry's bytes
 * @param stats counts what decoding costs
 */
record ReaderMaker(List<String> columns, BufferAllocator allocator, DecodeStats stats) {

  /** A reader of a file whose dictionaries can be viewed in a region. */
  ArrowBatchReader reader(ArrowFile file, Region region) {
    return new ArrowBatchReader(file, region, positions(file), allocator, stats);
  }

  /** A reader of a file of which some dictionaries were pulled. */
  ArrowBatchReader reader(ArrowFile file, Region region, WantedDictionaries wanted) {
    return new ArrowBatchReader(file, region, positions(file), allocator, stats, wanted);
  }

  /** Where the wanted columns are in a file; entries may order them differently. */
  int[] positions(ArrowFile file) {
    List<Field> fields = file.fields();
    Map<String, Integer> byName = new HashMap<>();
    for (int i = 0; i < fields.size(); i++) {
      byName.putIfAbsent(fields.get(i).getName(), i);
    }
    int[] positions = new int[columns.size()];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = byName.getOrDefault(columns.get(i), ArrowBatchReader.ABSENT);
    }
    return positions;
  }
}

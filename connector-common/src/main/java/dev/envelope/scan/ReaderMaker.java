package dev.envelope.scan;

import dev.envelope.memory.Region;
import dev.envelope.payload.BatchReader;
import dev.envelope.payload.DecodeStats;
import dev.envelope.payload.PayloadTable;
import dev.envelope.payload.arrow.ArrowBatchReader;
import dev.envelope.payload.arrow.ArrowFile;
import dev.envelope.payload.arrow.WantedDictionaries;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Makes the readers of a task's entries, all of the same columns.
 *
 * @param columns the columns wanted, in order, as the table has them
 * @param allocator for what batches need beside the entry's bytes
 * @param stats counts what decoding costs
 */
record ReaderMaker(List<Field> columns, BufferAllocator allocator, DecodeStats stats) {

  /** A reader of a payload that lies in a region. */
  BatchReader reader(PayloadTable table, Region region) {
    return table.reader(region, columns, allocator, stats);
  }

  /** A reader of a file whose dictionaries can be viewed in a region. */
  ArrowBatchReader arrowReader(ArrowFile file, Region region) {
    return new ArrowBatchReader(file, region, positions(file), allocator, stats);
  }

  /** A reader of a file of which some dictionaries were pulled. */
  ArrowBatchReader arrowReader(ArrowFile file, Region region, WantedDictionaries wanted) {
    return new ArrowBatchReader(file, region, positions(file), allocator, stats, wanted);
  }

  /** Where the wanted columns are in a file; entries may order them differently. */
  int[] positions(ArrowFile file) {
    return file.positions(columns);
  }
}

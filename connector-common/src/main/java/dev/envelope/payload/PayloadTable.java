package dev.envelope.payload;

import dev.envelope.memory.Region;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * The table that a payload holds: its columns and where its batches are, known without a row being
 * handed out. Holds no memory of the payload. Immutable and thread-safe.
 */
public interface PayloadTable {

  /** The columns, in order, also those that cannot be read; nullable where nulls may occur. */
  List<Field> fields();

  /** How many batches there are. */
  int batchCount();

  /**
   * Makes a reader of some columns.
   *
   * @param region what the payload lies in, at the offsets that it had when this table was made;
   *     must stay open as long as the reader
   * @param columns the columns wanted, in order, found by name; one that the payload lacks becomes
   *     null in the batches. The types are those of the table of all entries: a payload that is
   *     viewed is handed out in its own types, one that is decoded in exactly these
   * @param allocator for what cannot be viewed; closed by the caller after the last batch
   * @param stats counts what decoding costs
   */
  BatchReader reader(
      Region region, List<Field> columns, BufferAllocator allocator, DecodeStats stats);
}

package dev.envelope.payload.arrow;

import dev.envelope.CorruptEntryException;
import dev.envelope.memory.ByteRange;
import dev.envelope.memory.ByteSource;
import java.util.ArrayList;
import java.util.List;

/**
 * What has to be pulled of a record batch for some of its columns. Holds the batch's metadata, so
 * that what was pulled is read by the metadata that said what to pull. Immutable.
 */
public final class WantedBuffers {
  /**
   * What lies between two buffers is pulled along up to here: at a gigabyte a second it takes as
   * long as a command of its own.
   */
  private static final long GAP = 32 << 10;

  private final int index;
  private final BatchMetadata metadata;
  private final List<ByteRange> ranges;

  private WantedBuffers(int index, BatchMetadata metadata, List<ByteRange> ranges) {
    this.index = index;
    this.metadata = metadata;
    this.ranges = ranges;
  }

  /**
   * Reads a batch's metadata and finds the buffers of columns.
   *
   * @param source the stored value; only the metadata is read
   * @param index which batch
   * @param columns positions of columns, {@link ArrowBatchReader#ABSENT} among them
   * @throws CorruptEntryException when the metadata does not fit the schema
   */
  public static WantedBuffers of(ArrowFile file, ByteSource source, int index, int[] columns) {
    BatchMetadata metadata = BatchMetadata.read(source, file.batch(index));
    BatchMetadata.ColumnStart[] starts = metadata.starts(file.columns());
    List<ByteRange> buffers = new ArrayList<>();
    for (int column : columns) {
      if (column != ArrowBatchReader.ABSENT) {
        int end =
            column + 1 < starts.length ? starts[column + 1].buffer() : metadata.offsets().length;
        for (int i = starts[column].buffer(); i < end; i++) {
          buffers.add(
              new ByteRange(
                  metadata.block().bodyOffset() + metadata.offsets()[i], metadata.sizes()[i]));
        }
      }
    }
    return new WantedBuffers(index, metadata, ByteRanges.merged(buffers, GAP));
  }

  /** Where the buffers lie in the stored value, ascending and without overlap. */
  public List<ByteRange> ranges() {
    return ranges;
  }

  /** Which batch. */
  public int index() {
    return index;
  }

  BatchMetadata metadata() {
    return metadata;
  }
}

package dev.envelope.payload.arrow;

import dev.envelope.CorruptEntryException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.memory.Region;
import dev.envelope.payload.Batch;
import dev.envelope.payload.BatchReader;
import dev.envelope.payload.Column;
import dev.envelope.payload.DecodeStats;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;

/**
 * Reads record batches of an Arrow file in a region, each as vectors over the region's own bytes.
 *
 * <p>Only the chosen columns are looked at: the bytes of the others are neither touched nor
 * decompressed. Of a compressed file one batch is decompressed at a time. Every batch is checked
 * before it is handed out, so that nothing in it points outside of the region.
 *
 * <p>Does not own the region, but each batch holds references on the parts it views. Not
 * thread-safe; several readers may share a region.
 */
public final class ArrowBatchReader implements BatchReader {
  /** Stands for a column that the file does not have. */
  public static final int ABSENT = -1;

  private final ArrowFile file;
  private final Region region;
  private final int[] columns;
  private final BufferAllocator allocator;
  private final DecodeStats stats;
  private final Codecs codecs = new Codecs();
  private final AllValid allValid;
  private final Dictionaries dictionaries;

  /**
   * Opens a file for reading.
   *
   * @param file the footer
   * @param region what the footer's offsets point into, or at least the dictionaries of the
   *     columns; must stay open as long as the reader
   * @param columns the positions of the columns to read, in the order wanted; {@link #ABSENT} for
   *     one that the file does not have
   * @param allocator for what must be decompressed and for bitmaps that the file leaves out; closed
   *     by the caller after the last batch
   * @param stats counts what decoding costs
   */
  public ArrowBatchReader(
      ArrowFile file, Region region, int[] columns, BufferAllocator allocator, DecodeStats stats) {
    this(file, region, columns, allocator, stats, null);
  }

  /**
   * Opens a file for reading of which some dictionaries were pulled.
   *
   * @param dictionaries where those are pulled to
   * @param wanted what was pulled, made for these columns
   */
  public ArrowBatchReader(
      ArrowFile file,
      Region dictionaries,
      int[] columns,
      BufferAllocator allocator,
      DecodeStats stats,
      WantedDictionaries wanted) {
    this.file = file;
    this.region = dictionaries;
    this.columns = columns.clone();
    this.allocator = allocator;
    this.stats = stats;
    this.allValid = new AllValid(allocator);
    this.dictionaries =
        new Dictionaries(
            file,
            dictionaries,
            allocator,
            codecs,
            allValid,
            stats,
            wanted == null ? null : wanted.metadata());
  }

  /**
   * Loads a batch.
   *
   * @return the batch, which the caller closes, at any time
   * @throws CorruptEntryException when the batch is not sound
   * @throws UnsupportedEntryException when a chosen column cannot be read
   */
  @Override
  public Batch read(int index) {
    return read(index, region);
  }

  /**
   * Loads a batch that lies in a region of its own, under its offsets in the stored value.
   *
   * @param from what the block of the batch can be viewed in, during the call
   */
  public Batch read(int index, Region from) {
    return read(index, BatchMetadata.read(from, file.batch(index)), from);
  }

  /**
   * Loads a batch of which the buffers of the reader's columns were pulled.
   *
   * @param wanted what was pulled, made for this batch and these columns
   * @param from where it was pulled to
   */
  public Batch read(WantedBuffers wanted, Region from) {
    return read(wanted.index(), wanted.metadata(), from);
  }

  private Batch read(int index, BatchMetadata metadata, Region from) {
    IpcBlock block = metadata.block();
    if (metadata.dictionary() >= 0) {
      throw new CorruptEntryException(
          "a record batch is expected here, not a dictionary", block.offset());
    }
    if (metadata.rows() > Integer.MAX_VALUE) {
      throw new UnsupportedEntryException(
          "a batch has " + metadata.rows() + " rows; 2^31 - 1 are read");
    }
    BatchMetadata.ColumnStart[] starts = metadata.starts(file.columns());
    BodyBuffers buffers = new BodyBuffers(allocator, metadata, from, codecs, stats);
    ColumnLoader loader = new ColumnLoader(allocator, metadata, buffers, allValid, dictionaries);
    List<Column> loaded = new ArrayList<>();
    List<FieldVector> vectors = new ArrayList<>();
    try (buffers) {
      for (int column : columns) {
        if (column == ABSENT) {
          loaded.add(null);
          continue;
        }
        Column next = loader.load(file.columns().get(column), starts[column], metadata.rows());
        loaded.add(next);
        vectors.add(next.vector());
      }
      return new ArrowBatch(
          index, (int) metadata.rows(), loaded, vectors, loader.used(), buffers.held());
    } catch (RuntimeException e) {
      vectors.forEach(FieldVector::close);
      loader.used().forEach(SharedColumn::release);
      throw e;
    }
  }

  /** Gives back what the batches share; batches that are still open keep what they need. */
  @Override
  public void close() {
    dictionaries.close();
    allValid.close();
    codecs.close();
  }
}

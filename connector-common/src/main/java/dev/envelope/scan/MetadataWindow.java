package dev.envelope.scan;

import dev.envelope.memory.ByteRange;
import dev.envelope.payload.arrow.ArrowFile;
import java.util.List;
import java.util.function.Consumer;

/**
 * Announces the metadata of an entry's batches some batches ahead, so that a store far away fetches
 * much at once and the heap holds little. Used by one thread.
 */
final class MetadataWindow {
  /** How much is fetched at once: some hundred batches' worth, and no more than a pull's chunk. */
  private static final long BYTES = 1 << 20;

  private final ArrowFile file;
  private final int to;
  private final Consumer<List<ByteRange>> announce;
  private int announced;

  /**
   * Announces nothing yet.
   *
   * @param to the batch after the last one that will be asked for
   */
  MetadataWindow(ArrowFile file, int to, Consumer<List<ByteRange>> announce) {
    this.file = file;
    this.to = to;
    this.announce = announce;
  }

  /** Says that the metadata of a batch will be read now. */
  void reach(int batch) {
    if (batch < announced) {
      return;
    }
    int end = batch;
    long bytes = 0;
    do {
      bytes += file.metadataRanges(end, end + 1).get(0).length();
      end++;
    } while (end < to && bytes < BYTES);
    announce.accept(file.metadataRanges(batch, end));
    announced = end;
  }
}

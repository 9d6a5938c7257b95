package dev.envelope.scan;

import dev.envelope.memory.ByteRange;
import dev.envelope.memory.Region;
import dev.envelope.memory.Xxh3;
import dev.envelope.payload.Batch;
import dev.envelope.payload.arrow.ArrowBatchReader;
import dev.envelope.payload.arrow.ArrowFile;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;

/**
 * An entry whose batches are pulled one after the other, the next one while the engine works on the
 * one before.
 *
 * <p>Where the checksum is compared, every byte is pulled in the order in which it was hashed: what
 * lies before the first batch (with the dictionaries, which stay), each batch with what is between
 * it and the one before, the last one with the rest of the value. Its rows leave only once the
 * checksum fits; those of the batches before have left.
 */
final class StreamedEntry implements OpenEntry {
  private final PlannedEntry entry;
  private final ArrowFile file;
  private final Checksum checksum;
  private final EntryPull pull;
  private final int to;
  private final ScanMetrics metrics;
  private final Xxh3 hash;
  private final Region head;
  private final ArrowBatchReader reader;
  private int hashed;
  private Region current;
  private int currentBatch = -1;

  /**
   * Pulls what lies before the batches. Takes over the pull, also when it fails.
   *
   * @param to the batch after the last one that will be read
   * @param checksum what is compared once all batches were read in order; null for nothing
   */
  StreamedEntry(
      PlannedEntry entry,
      ArrowFile file,
      Checksum checksum,
      EntryPull pull,
      int to,
      ReaderMaker readers,
      ScanMetrics metrics) {
    this.entry = entry;
    this.file = file;
    this.checksum = checksum;
    this.pull = pull;
    this.to = to;
    this.metrics = metrics;
    this.hash = checksum == null ? null : Xxh3.start();
    List<ByteRange> first =
        checksum != null
            ? List.of(new ByteRange(checksum.from(), file.batchRange(0).offset() - checksum.from()))
            : file.dictionaryRanges();
    Region pulled = null;
    try {
      pulled = pull.pull(first);
      if (checksum != null) {
        update(pulled, first.get(0));
      }
      head = pulled;
      reader = readers.arrowReader(file, head);
    } catch (RuntimeException | Error e) {
      if (pulled != null) {
        pulled.close();
      }
      pull.close();
      throw e;
    }
  }

  /** Whether the file's blocks lie as writers put them, so that it can be hashed on the way. */
  static boolean inOrder(ArrowFile file) {
    if (file.batchCount() == 0) {
      return false;
    }
    long at = file.start();
    List<ByteRange> dictionaries = file.dictionaryRanges();
    if (!dictionaries.isEmpty()) {
      at = dictionaries.get(dictionaries.size() - 1).end();
    }
    for (int i = 0; i < file.batchCount(); i++) {
      ByteRange batch = file.batchRange(i);
      if (batch.offset() < at) {
        return false;
      }
      at = batch.end();
    }
    return true;
  }

  private List<ByteRange> ranges(int batch) {
    ByteRange own = file.batchRange(batch);
    if (hash == null) {
      return List.of(own);
    }
    long from = batch == 0 ? own.offset() : file.batchRange(batch - 1).end();
    long end = batch == file.batchCount() - 1 ? entry.bytes() : own.end();
    return List.of(new ByteRange(from, end - from));
  }

  @Override
  public PlannedEntry entry() {
    return entry;
  }

  @Override
  public int batchCount() {
    return file.batchCount();
  }

  @Override
  public Batch read(int batch) {
    if (currentBatch != batch) {
      dropCurrent();
      List<ByteRange> ranges = ranges(batch);
      current = pull.pull(ranges);
      currentBatch = batch;
      // Hashed at once, while it is in the processor's cache; what comes next is on its way then.
      if (batch + 1 < to) {
        pull.pullAhead(ranges(batch + 1));
      }
      if (hash != null) {
        verify(batch, ranges.get(0));
      }
    }
    Batch loaded = reader.read(batch, current);
    dropCurrent();
    return loaded;
  }

  private void verify(int batch, ByteRange range) {
    if (batch != hashed) {
      throw new IllegalStateException("batch " + batch + " is streamed out of turn");
    }
    update(current, range);
    hashed++;
    if (hashed == file.batchCount()) {
      checksum.verify(hash.digest());
    }
  }

  private void update(Region region, ByteRange range) {
    long start = System.nanoTime();
    try (ArrowBuf bytes = region.view(range.offset(), range.length())) {
      hash.update(bytes.memoryAddress(), range.length());
    }
    metrics.addChecksum(System.nanoTime() - start);
  }

  private void dropCurrent() {
    currentBatch = -1;
    if (current != null) {
      current.close();
      current = null;
    }
  }

  @Override
  public void close() {
    dropCurrent();
    reader.close();
    head.close();
    pull.close();
  }
}

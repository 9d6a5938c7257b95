package dev.envelope.scan;

import dev.envelope.memory.Region;
import dev.envelope.payload.Batch;
import dev.envelope.payload.arrow.ArrowBatchReader;
import dev.envelope.payload.arrow.ArrowFile;
import dev.envelope.payload.arrow.WantedBuffers;
import dev.envelope.payload.arrow.WantedDictionaries;

/**
 * An entry of which only the buffers of the wanted columns are pulled, batch by batch, the next
 * ones while the engine works on the batch before. No checksum can be compared.
 */
final class ProjectedEntry implements OpenEntry {
  private final PlannedEntry entry;
  private final ArrowFile file;
  private final MetadataWindow metadata;
  private final EntryPull pull;
  private final int to;
  private final int[] columns;
  private final Region dictionaries;
  private final ArrowBatchReader reader;
  private WantedBuffers next;
  private WantedBuffers currentWanted;
  private Region current;

  /**
   * Pulls the dictionaries of the wanted columns. Takes over the pull, also when it fails.
   *
   * @param to the batch after the last one that will be read
   */
  ProjectedEntry(PlannedEntry entry, ArrowFile file, EntryPull pull, int to, ReaderMaker readers) {
    this.entry = entry;
    this.file = file;
    this.pull = pull;
    this.to = to;
    this.metadata = new MetadataWindow(file, to, pull::announce);
    this.columns = readers.positions(file);
    Region pulled = null;
    try {
      WantedDictionaries wanted = pull.read(source -> WantedDictionaries.of(file, source, columns));
      pulled = pull.pull(wanted.ranges());
      dictionaries = pulled;
      reader = readers.arrowReader(file, dictionaries, wanted);
    } catch (RuntimeException | Error e) {
      if (pulled != null) {
        pulled.close();
      }
      pull.close();
      throw e;
    }
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
    if (currentWanted == null || currentWanted.index() != batch) {
      dropCurrent();
      WantedBuffers wanted = next != null && next.index() == batch ? next : wanted(batch);
      next = null;
      current = pull.pull(wanted.ranges());
      currentWanted = wanted;
      if (batch + 1 < to) {
        next = wanted(batch + 1);
        pull.pullAhead(next.ranges());
      }
    }
    Batch loaded = reader.read(currentWanted, current);
    dropCurrent();
    return loaded;
  }

  private WantedBuffers wanted(int batch) {
    metadata.reach(batch);
    return pull.read(source -> WantedBuffers.of(file, source, batch, columns));
  }

  private void dropCurrent() {
    currentWanted = null;
    if (current != null) {
      current.close();
      current = null;
    }
  }

  @Override
  public void close() {
    dropCurrent();
    reader.close();
    dictionaries.close();
    pull.close();
  }
}

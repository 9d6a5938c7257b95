package dev.envelope.payload;

import dev.envelope.CorruptEntryException;
import dev.envelope.UnsupportedEntryException;

/**
 * Reads the batches of a payload that lies whole in memory.
 *
 * <p>Does not own that memory, but each batch holds references on what it views. Not thread-safe;
 * several readers may read one payload.
 */
public interface BatchReader extends AutoCloseable {

  /**
   * Loads a batch. Batches are asked for in ascending order as a rule; asking for one again, or for
   * an earlier one, is allowed and may be slow. May also be called again for a batch that failed
   * for want of memory.
   *
   * @param index which batch, from 0
   * @return the batch, which the caller closes, at any time, also after this reader
   * @throws CorruptEntryException when the batch is not sound
   * @throws UnsupportedEntryException when a chosen column cannot be read
   * @throws org.apache.arrow.memory.OutOfMemoryException when there is no room for it; nothing is
   *     leaked
   */
  Batch read(int index);

  /** Gives back what the batches share; batches that are still open keep what they need. */
  @Override
  void close();
}

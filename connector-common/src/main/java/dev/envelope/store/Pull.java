package dev.envelope.store;

import dev.envelope.ChangedEntryException;
import dev.envelope.StoreException;
import dev.envelope.memory.Region;

/**
 * Parts of an entry on their way into memory, while the caller does something else.
 *
 * <p>Used by one thread. Must be closed; a pull that was not waited for is given up then, and its
 * memory freed once nothing writes into it any more.
 */
public interface Pull extends AutoCloseable {

  /**
   * Waits until everything is there; once.
   *
   * @return the region, which from now on is the caller's to close
   * @throws ChangedEntryException when the parts are not all of the write that was asked for
   * @throws StoreException when the store cannot be read, or is not done in time
   */
  Region await();

  @Override
  void close();
}

package dev.envelope.store;

import java.io.Serializable;

/**
 * Everything needed to open a store anywhere: what a task carries to an executor.
 *
 * <p>Equal locations are the same store: entries pulled through one are shared with the other.
 */
public interface StoreLocation extends Serializable {

  /**
   * Opens the store. The caller closes it.
   *
   * @param traffic told what passes between the store and this process
   */
  Store open(StoreTraffic traffic);

  /** Opens the store, counting nothing. The caller closes it. */
  default Store open() {
    return open(StoreTraffic.NONE);
  }

  /** Whether entries are mapped rather than pulled. */
  default boolean mapped() {
    return false;
  }

  /**
   * Whether several executors may each read an entry whole at hardly any cost, since the bytes are
   * on the machine or in its page cache.
   */
  default boolean local() {
    return false;
  }
}

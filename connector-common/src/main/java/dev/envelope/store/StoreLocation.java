package dev.envelope.store;

import java.io.Serializable;

/**
 * Everything needed to open a store anywhere: what a task carries to an executor.
 *
 * <p>Equal locations are the same store: entries pulled through one are shared with the other.
 */
public sealed interface StoreLocation extends Serializable permits FileStoreLocation {

  /** Opens the store. The caller closes it. */
  Store open();
}

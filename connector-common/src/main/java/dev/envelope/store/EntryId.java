package dev.envelope.store;

import java.io.Serializable;

/**
 * Which entry of a store.
 *
 * @param name what the store calls it: the file's name in a file cache
 * @param key the cache key, or null where the store keeps none and the user gave none
 */
public record EntryId(String name, String key) implements Serializable {

  /** The key where it is known, else the store's name for the entry; for messages. */
  public String label() {
    return key != null ? key : name;
  }
}

package dev.envelope.store;

import dev.envelope.MissingEntryException;
import dev.envelope.StoreException;
import java.util.List;

/**
 * A place that entries live in. Thread-safe; closed by whoever opened it, after the entries that
 * were opened through it.
 */
public interface Store extends AutoCloseable {

  /** The entry of a key. Whether it exists is not looked at. */
  EntryId entryOf(String key);

  /**
   * All entries, in an order that is the same every time. What is not an entry (temporary files,
   * locks) is left out; an entry in the list may still turn out to be expired or gone.
   *
   * @throws StoreException when the store cannot be listed
   */
  List<EntryId> list();

  /**
   * Opens an entry; its bytes are not read yet.
   *
   * @return the entry, which the caller closes
   * @throws MissingEntryException when there is none, or it has expired
   * @throws StoreException when the store cannot be read
   */
  StoredEntry open(EntryId id);

  @Override
  void close();
}

package dev.envelope.store;

import dev.envelope.MissingEntryException;
import dev.envelope.StoreException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

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
   * Shows every entry of {@link #list()} to a visitor, in no order and some perhaps twice. Where
   * there are millions of them, no more are in memory than the visitor keeps.
   *
   * @throws StoreException when the store cannot be listed
   */
  default void forEach(Consumer<EntryId> visitor) {
    list().forEach(visitor);
  }

  /**
   * How long the stored values of entries are, in their order; -1 where there is none or it has
   * expired, 0 for what is there and cannot be an entry, of which {@link #open} tells more.
   *
   * @throws StoreException when the store cannot be read
   */
  long[] sizes(List<EntryId> ids);

  /**
   * Says which entries will be opened next, so that a store that is far away can fetch the heads of
   * all of them, and small ones whole, in one go. What was fetched is handed out by {@link #open}
   * once, and dropped when other entries are announced or the store is closed. Without effect where
   * opening is cheap.
   */
  default void prefetch(List<EntryId> ids) {}

  /**
   * Opens an entry; its bytes are not read yet.
   *
   * @return the entry, which the caller closes
   * @throws MissingEntryException when there is none, or it has expired
   * @throws StoreException when the store cannot be read
   */
  StoredEntry open(EntryId id);

  /**
   * Has it told when entries may have been written, where the store tells such things. It is a
   * hint: what is told may have changed nothing, and what has changed may go untold.
   *
   * @param keys the entries to watch, or empty for all that the store lists
   * @param mayHaveChanged told, on a thread of the store's, which it must not hold up
   * @return what listens, which the caller closes; empty where the store tells nothing
   * @throws StoreException when the store cannot be listened to at the moment
   */
  default Optional<Watch> watch(Optional<List<EntryId>> keys, Runnable mayHaveChanged) {
    return Optional.empty();
  }

  @Override
  void close();
}

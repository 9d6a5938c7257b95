package dev.envelope.store;

import dev.envelope.MissingEntryException;
import dev.envelope.StoreException;
import java.io.IOException;

/** A server that hands out values whole, each in one answer. Thread-safe. */
public interface ValueSource {

  /**
   * Asks for a value.
   *
   * @return the answer, of which nothing was read yet; the caller closes it
   * @throws MissingEntryException when there is none
   * @throws StoreException when the server cannot be asked
   */
  ValueReply ask(EntryId id);

  /** The error for an answer that broke off. */
  StoreException brokenOff(EntryId id, IOException cause);

  /** When an entry expires, in Unix seconds; 0 for never, and where the server does not tell. */
  long expiresAt(EntryId id);
}

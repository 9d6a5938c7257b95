package dev.envelope.store.memcached;

import dev.envelope.MissingEntryException;
import dev.envelope.store.EntryId;

/** Which keys a Memcached can have: cachekit's client refuses to write others. Stateless. */
final class WireKey {
  /** Set by the protocol. */
  private static final int LONGEST = 250;

  private WireKey() {}

  /** Whether a key, prefix included, can be sent; one that cannot would be another command. */
  static boolean possible(String key) {
    return !key.isEmpty()
        && key.length() <= LONGEST
        && key.chars().allMatch(letter -> letter > ' ' && letter < 0x7F);
  }

  /**
   * The key of an entry, as it is sent.
   *
   * @throws MissingEntryException when no Memcached can have it
   */
  static String of(EntryId id) {
    if (!possible(id.name())) {
      throw new MissingEntryException(
          "there is no entry '"
              + id.label()
              + "' in the Memcached: its keys have 1 to "
              + LONGEST
              + " printable ASCII characters (prefix included) and no blanks; check the key");
    }
    return id.name();
  }
}

package dev.envelope.scan;

import java.io.Serializable;

/**
 * Tells which entries a query cannot want, so that they need not be opened. Whoever filters must be
 * able to answer about an entry that was not opened: what is not known of it, it may have.
 * Implementations are immutable.
 */
@FunctionalInterface
public interface EntryFilter extends Serializable {
  /** All entries. */
  EntryFilter ALL = entry -> true;

  /**
   * Whether the query may want the entry.
   *
   * @param entry an entry that was opened, or one of which only the id and, from 0 on, the size are
   *     known
   */
  boolean mayMatch(PlannedEntry entry);
}

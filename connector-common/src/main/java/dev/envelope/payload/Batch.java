package dev.envelope.payload;

import java.util.List;

/**
 * Some consecutive rows of an entry as Arrow columns.
 *
 * <p>A batch owns one reference on every region of memory that its columns view; {@link #close()}
 * gives them back, after which no column may be read. Batches of one reader are independent of each
 * other: each may be closed at any time, in any order, also after its reader. Not thread-safe, but
 * {@code close} may be called more than once.
 */
public interface Batch extends AutoCloseable {

  /** How many rows every column has. */
  int rowCount();

  /** Where the batch stands among the batches of its entry, from 0. */
  int index();

  /**
   * The columns in the order in which they were asked for; null stands for a column that this entry
   * does not have, whose values are all null.
   */
  List<Column> columns();

  /** Gives back the memory under the columns; further calls do nothing. */
  @Override
  void close();
}

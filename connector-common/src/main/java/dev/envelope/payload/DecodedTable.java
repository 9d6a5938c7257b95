package dev.envelope.payload;

/**
 * The table of a payload that had to be looked at whole: rows and bytes of its batches are known.
 */
public interface DecodedTable extends PayloadTable {

  /** How many rows a batch has. */
  long rows(int batch);

  /** How many bytes of the payload a batch takes, about. */
  long bytes(int batch);
}

package dev.envelope.payload.arrow;

import java.util.BitSet;

/**
 * What the metadata of a record batch tells of it.
 *
 * @param rows how many rows it has
 * @param withNulls the positions of the columns that have nulls, by their field nodes' counts; for
 *     a dictionary-encoded column that of its indices
 */
public record BatchSummary(long rows, BitSet withNulls) {}

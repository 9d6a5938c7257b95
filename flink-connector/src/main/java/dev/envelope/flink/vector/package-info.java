/**
 * Columns of a batch as Flink column vectors over raw addresses: one small class per layout.
 *
 * <p>Flink marks its columnar classes as internal. They are alike from 1.20 to 2.3, and named in
 * this package only.
 */
package dev.envelope.flink.vector;

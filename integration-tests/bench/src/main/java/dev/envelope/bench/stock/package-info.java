/** A peer: entries read by Arrow's own reader into Spark's own vectors over it. */
package dev.envelope.bench.stock;

/** Lookup joins: a table held in memory by the columns of a join, and entries read by their key. */
package dev.envelope.flink.lookup;

/** Splits: tasks of the common planner, and how far they were read. */
package dev.envelope.flink.source.split;

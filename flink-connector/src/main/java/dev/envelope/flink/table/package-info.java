/** The table connector: options, what the planner pushes down, and the source that comes of it. */
package dev.envelope.flink.table;

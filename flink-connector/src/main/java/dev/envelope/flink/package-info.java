/** The Flink adapter; empty until the Flink source is built. */
package dev.envelope.flink;

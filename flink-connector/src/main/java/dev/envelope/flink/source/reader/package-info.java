/** Reads splits into rows that are views, and frees them. */
package dev.envelope.flink.source.reader;

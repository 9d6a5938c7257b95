/** The source of rows: what is to be read, and the type of it. */
package dev.envelope.flink.source;

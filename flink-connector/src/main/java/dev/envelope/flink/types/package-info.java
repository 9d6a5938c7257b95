/** What the types of an entry are called in Flink, and which of them widen into which. */
package dev.envelope.flink.types;

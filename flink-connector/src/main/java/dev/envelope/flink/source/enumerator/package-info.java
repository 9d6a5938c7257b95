/** Lists entries and gives splits to readers. */
package dev.envelope.flink.source.enumerator;

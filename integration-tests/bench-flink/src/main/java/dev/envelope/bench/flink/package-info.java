/** What runs in the JVMs of {@code ./bench flink}. */
package dev.envelope.bench.flink;

/** Benchmarks: what {@code ./bench} runs, and how it measures. */
package dev.envelope.bench;

/** The entries that benchmarks read, written as cachekit writes them. */
package dev.envelope.bench.data;

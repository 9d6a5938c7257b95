/** Spark in JVMs of their own, and what they measure. */
package dev.envelope.bench.worker;

package dev.envelope.bench.worker;

import java.io.Serializable;

/**
 * What a request took.
 *
 * @param wallSeconds from the call to the collected answer, planning included
 * @param cpuSeconds of all tasks, as Spark counts it: their threads, not the collector's
 * @param tasks how many read the table
 * @param answer all numbers of the answer in one, to see that peers agree
 * @param peakBytes the most off-heap memory that the worker's readers ever held
 * @param nettyBytes what Netty holds, Spark's and the connector's
 */
public record Measured(
    double wallSeconds,
    double cpuSeconds,
    int tasks,
    double answer,
    long peakBytes,
    long nettyBytes)
    implements Serializable {}

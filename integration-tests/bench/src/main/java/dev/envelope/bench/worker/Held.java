package dev.envelope.bench.worker;

import java.io.Serializable;

/**
 * What a JVM holds after its garbage was collected, in bytes and numbers.
 *
 * @param anonymous memory that is not of a mapped file, the heap included
 * @param direct memory of direct buffers
 * @param metaspace what classes take
 * @param loaders class loaders
 * @param threads all of them
 */
public record Held(long anonymous, long direct, long metaspace, long loaders, long threads)
    implements Serializable {}

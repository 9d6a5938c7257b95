package dev.envelope.payload.arrow;

/**
 * What decoding batches has cost so far. Written by one thread; others may read it and see a recent
 * value.
 */
public final class DecodeStats {
  private volatile long decompressedBytes;

  /** How many bytes were written by decompressing. */
  public long decompressedBytes() {
    return decompressedBytes;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // One thread writes.
  void addDecompressed(long bytes) {
    decompressedBytes += bytes;
  }
}

package dev.envelope.payload;

/**
 * What decoding batches has cost so far. Written by one thread; others may read it and see a recent
 * value.
 */
public final class DecodeStats {
  private volatile long decompressedBytes;
  private volatile long valuesAsText;

  /** How many bytes were written by decompressing, or by decoding values into vectors. */
  public long decompressedBytes() {
    return decompressedBytes;
  }

  /** Counts bytes that were written by decompressing or decoding. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // One thread writes.
  public void addDecompressed(long bytes) {
    decompressedBytes += bytes;
  }

  /**
   * How many values were handed out as text of canonical JSON, because one place of the document
   * holds values that no other type holds together.
   */
  public long valuesAsText() {
    return valuesAsText;
  }

  /** Counts values that became canonical JSON. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // One thread writes.
  public void addValuesAsText(long values) {
    valuesAsText += values;
  }
}

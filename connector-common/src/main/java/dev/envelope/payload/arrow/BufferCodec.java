package dev.envelope.payload.arrow;

/**
 * Undoes the compression of the buffers of an Arrow IPC record batch.
 *
 * <p>An instance belongs to one reader: it keeps a context between buffers and is not thread-safe.
 * It neither allocates nor frees the memory that it is pointed at, and it writes nothing outside
 * the target, whatever the source holds.
 */
sealed interface BufferCodec extends AutoCloseable permits Lz4FrameCodec, ZstdCodec {

  /**
   * Decompresses one buffer, which must fill the target exactly.
   *
   * <p>No bytes in the source for no bytes in the target is sound: Arrow Java writes empty buffers
   * so.
   *
   * @param source address of the compressed bytes, behind the 8 bytes of the claimed length; must
   *     not overlap the target
   * @param sourceLength how many compressed bytes
   * @param target address to write to
   * @param targetLength how many bytes the buffer claims to have when decompressed, all writable
   * @throws MalformedBufferException when the source is not compressed so, or holds more or fewer
   *     bytes than {@code targetLength}; the target's contents are then undefined
   */
  void decompress(long source, long sourceLength, long target, long targetLength)
      throws MalformedBufferException;

  /** Frees the context; further calls do nothing. */
  @Override
  void close();
}

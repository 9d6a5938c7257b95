package dev.envelope.store;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A stored value as the answer of a server: it is read once, from its first byte to its last, as it
 * comes. Used by one thread; closed by whoever asked for it, read to the end or not.
 */
public interface ValueReply extends AutoCloseable {

  /** How many bytes the value has, as the server says. */
  long size();

  /**
   * Fills a buffer with the bytes that come next; no more than there are.
   *
   * @throws IOException when the answer ends early, or nothing comes in time
   */
  void read(ByteBuffer target) throws IOException;

  @Override
  void close();
}

package dev.envelope.store.redis;

import java.nio.ByteBuffer;
import org.apache.arrow.memory.ArrowBuf;

/**
 * A piece of a value that one command fetches, and where in memory it goes.
 *
 * @param offset where it starts in the value
 * @param length how many bytes
 * @param memory what it is copied to; kept alive by the pull that the chunk belongs to
 * @param index where in that memory
 */
record Chunk(long offset, int length, ArrowBuf memory, long index) {

  /** The offset of its last byte, as GETRANGE wants it. */
  long last() {
    return offset + length - 1;
  }

  /**
   * Lets replies write into memory as long as somebody waits for them.
   *
   * <p>A reply may come after the one who asked for it has given up and freed the memory. Closing
   * waits for a copy that is going on, and no other one begins.
   */
  static final class Gate {
    private boolean closed;

    /** Copies, unless the gate was closed. */
    synchronized boolean copy(ByteBuffer bytes, Chunk chunk) {
      if (!closed) {
        chunk.memory.setBytes(chunk.index, bytes);
      }
      return !closed;
    }

    synchronized void close() {
      closed = true;
    }
  }

  /** The reply that a chunk comes in: copied once, from the client's read buffer to its place. */
  static final class Filling extends Reply {
    private final Chunk chunk;
    private final Gate gate;
    private int length = -1;

    Filling(Chunk chunk, Gate gate) {
      this.chunk = chunk;
      this.gate = gate;
    }

    Chunk chunk() {
      return chunk;
    }

    /** How many bytes came; -1 for none. */
    int length() {
      return length;
    }

    /** Whether all bytes came, and no others. */
    boolean complete() {
      return length == chunk.length;
    }

    @Override
    void bulk(ByteBuffer bytes) {
      length = bytes == null ? -1 : bytes.remaining();
      if (complete()) {
        gate.copy(bytes, chunk);
      }
    }
  }
}

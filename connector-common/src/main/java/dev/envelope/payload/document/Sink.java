package dev.envelope.payload.document;

import dev.envelope.UnsupportedEntryException;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;

/**
 * Writes the values of one place into the buffers of an Arrow vector.
 *
 * <p>Slots are written in ascending order, each at least once; the one written last may be written
 * again, as happens when a key comes twice. Owns its buffers until it is closed. Not thread-safe.
 */
abstract class Sink implements AutoCloseable {
  /** The most slots of a vector. */
  private static final int MOST_SLOTS = Integer.MAX_VALUE - 8;

  private final Place place;
  private final GrowingBuffer validity;

  Sink(Place place, Budget budget, int slots) {
    this.place = place;
    this.validity = new GrowingBuffer(budget, bitmap(slots));
  }

  private static long bitmap(long slots) {
    return (slots + 7) / 8;
  }

  final Place place() {
    return place;
  }

  /** Writes the value that the cursor is in front of. */
  final void accept(int slot, Cursor cursor) {
    int kind = cursor.next();
    if (kind == Kind.NULL) {
      writeNull(slot);
    } else {
      put(slot, kind, cursor);
      mark(slot, true);
    }
  }

  /** Writes a null. */
  final void writeNull(int slot) {
    putNull(slot);
    mark(slot, false);
  }

  /** Says whether a slot holds a value. */
  final void mark(int slot, boolean there) {
    if (slot >= MOST_SLOTS) {
      throw new UnsupportedEntryException(
          "column '" + place.path() + "' has more than 2^31 values in one batch");
    }
    validity.ensure((slot >> 3) + 1L);
    long at = validity.address() + (slot >> 3);
    int bit = 1 << (slot & 7);
    byte bits = MemoryUtil.getByte(at);
    MemoryUtil.putByte(at, (byte) (there ? bits | bit : bits & ~bit));
  }

  /** Writes the value whose head the cursor has read. */
  abstract void put(int slot, int kind, Cursor cursor);

  /** Writes what stands under a null. */
  abstract void putNull(int slot);

  /** Adds what was written to a batch in the order of Arrow's format: first this, then below. */
  void finish(int slots, List<ArrowFieldNode> nodes, List<ArrowBuf> buffers) {
    validity.ensure(bitmap(slots));
    nodes.add(new ArrowFieldNode(slots, nulls(slots)));
    buffers.add(validity.written(bitmap(slots)));
  }

  private int nulls(int slots) {
    int valid = 0;
    for (int i = 0; i < slots / 8; i++) {
      valid += Integer.bitCount(MemoryUtil.getByte(validity.address() + i) & 0xFF);
    }
    int rest = slots & 7;
    if (rest > 0) {
      int bits = MemoryUtil.getByte(validity.address() + slots / 8) & (1 << rest) - 1;
      valid += Integer.bitCount(bits);
    }
    return slots - valid;
  }

  @Override
  public void close() {
    validity.close();
  }
}

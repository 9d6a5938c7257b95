package dev.envelope.payload.document;

import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;

/** Booleans, a bit each. */
final class BoolSink extends Sink {
  private final GrowingBuffer data;

  BoolSink(Place place, Budget budget, int slots) {
    super(place, budget, slots);
    try {
      this.data = new GrowingBuffer(budget, (slots + 7L) / 8);
    } catch (RuntimeException e) {
      super.close();
      throw e;
    }
  }

  @Override
  void put(int slot, int kind, Cursor cursor) {
    if (kind != Kind.BOOL) {
      throw place().misfit(cursor, kind);
    }
    set(slot, cursor.number() == 1);
  }

  @Override
  void putNull(int slot) {
    set(slot, false);
  }

  private void set(int slot, boolean value) {
    data.ensure((slot >> 3) + 1L);
    long at = data.address() + (slot >> 3);
    int bit = 1 << (slot & 7);
    byte bits = MemoryUtil.getByte(at);
    MemoryUtil.putByte(at, (byte) (value ? bits | bit : bits & ~bit));
  }

  @Override
  void finish(int slots, List<ArrowFieldNode> nodes, List<ArrowBuf> buffers) {
    super.finish(slots, nodes, buffers);
    long bytes = (slots + 7L) / 8;
    data.ensure(bytes);
    buffers.add(data.written(bytes));
  }

  @Override
  public void close() {
    data.close();
    super.close();
  }
}

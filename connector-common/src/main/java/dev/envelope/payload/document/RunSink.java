package dev.envelope.payload.document;

import dev.envelope.UnsupportedEntryException;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;

/** Values that are each a run of bytes or of other slots, told by 32-bit offsets. */
abstract class RunSink extends Sink {
  private final GrowingBuffer offsets;

  RunSink(Place place, Budget budget, int slots) {
    super(place, budget, slots);
    try {
      this.offsets = new GrowingBuffer(budget, (slots + 1L) * Integer.BYTES);
    } catch (RuntimeException e) {
      super.close();
      throw e;
    }
    MemoryUtil.putInt(offsets.address(), 0);
  }

  /** Where the run of a slot begins: where that of the slot before ends. */
  final int begin(int slot) {
    return MemoryUtil.getInt(offsets.address() + (long) slot * Integer.BYTES);
  }

  /** Says where the run of a slot ends. */
  final void end(int slot, long end) {
    if (end > Integer.MAX_VALUE) {
      throw new UnsupportedEntryException(
          "column '" + place().path() + "' has more than 2 GiB in one batch");
    }
    offsets.ensure((slot + 2L) * Integer.BYTES);
    MemoryUtil.putInt(offsets.address() + (slot + 1L) * Integer.BYTES, (int) end);
  }

  @Override
  final void putNull(int slot) {
    end(slot, begin(slot));
  }

  @Override
  void finish(int slots, List<ArrowFieldNode> nodes, List<ArrowBuf> buffers) {
    super.finish(slots, nodes, buffers);
    buffers.add(offsets.written((slots + 1L) * Integer.BYTES));
  }

  @Override
  public void close() {
    offsets.close();
    super.close();
  }
}

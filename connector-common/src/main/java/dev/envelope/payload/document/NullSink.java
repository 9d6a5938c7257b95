package dev.envelope.payload.document;

import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;

/** A place that holds nothing but nulls, of which Arrow keeps only the number. */
final class NullSink extends Sink {
  NullSink(Place place, Budget budget) {
    super(place, budget, 0);
  }

  @Override
  void put(int slot, int kind, Cursor cursor) {
    throw place().misfit(cursor, kind);
  }

  @Override
  void putNull(int slot) {
    // There is nothing under it.
  }

  @Override
  void finish(int slots, List<ArrowFieldNode> nodes, List<ArrowBuf> buffers) {
    nodes.add(new ArrowFieldNode(slots, slots));
  }
}

package dev.envelope.payload.document;

import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;

/** Lists. */
final class ListSink extends RunSink {
  private final Sink element;

  /** Takes over the sink of the elements, also when this fails. */
  ListSink(Place place, Budget budget, int slots, Sink element) {
    super(place, budget, slots);
    this.element = element;
  }

  @Override
  void put(int slot, int kind, Cursor cursor) {
    if (kind != Kind.LIST) {
      throw place().misfit(cursor, kind);
    }
    int at = begin(slot);
    long size = cursor.size();
    for (long i = 0; cursor.more(i, size); i++) {
      element.accept(at++, cursor);
    }
    end(slot, at);
  }

  @Override
  void finish(int slots, List<ArrowFieldNode> nodes, List<ArrowBuf> buffers) {
    super.finish(slots, nodes, buffers);
    element.finish(begin(slots), nodes, buffers);
  }

  @Override
  public void close() {
    element.close();
    super.close();
  }
}

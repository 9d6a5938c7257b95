package dev.envelope.payload.document;

import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.pojo.Field;

/** Maps whose keys are fields. */
final class StructSink extends Sink {
  private final List<Sink> children;
  private final Fields fields;

  /** Takes over the sinks of the fields, which are in the order of the wanted type. */
  StructSink(Place place, Budget budget, int slots, List<Sink> children) {
    super(place, budget, slots);
    this.children = List.copyOf(children);
    Shape shape = place.shape();
    boolean known = shape != null && shape.isStruct();
    this.fields =
        new Fields(
            place,
            known ? shape.names() : List.of(),
            place.wanted().getChildren().stream().map(Field::getName).toList(),
            children,
            known && place.partial() && !place.schemaGiven());
  }

  @Override
  void put(int slot, int kind, Cursor cursor) {
    if (kind != Kind.MAP) {
      throw place().misfit(cursor, kind);
    }
    fields.read(slot, cursor);
  }

  @Override
  void putNull(int slot) {
    fields.writeNull(slot);
  }

  @Override
  void finish(int slots, List<ArrowFieldNode> nodes, List<ArrowBuf> buffers) {
    super.finish(slots, nodes, buffers);
    children.forEach(child -> child.finish(slots, nodes, buffers));
  }

  @Override
  public void close() {
    children.forEach(Sink::close);
    super.close();
  }
}

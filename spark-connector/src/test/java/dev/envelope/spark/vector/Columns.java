package dev.envelope.spark.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.envelope.payload.Column;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;

/** Columns out of vectors that Arrow's own writers filled. */
final class Columns {
  private Columns() {}

  static Column of(FieldVector vector) {
    List<Column> children = new ArrayList<>();
    for (FieldVector child : vector.getChildrenFromFields()) {
      children.add(of(child));
    }
    return new Column(vector.getField(), vector, vector.getNullCount(), children, null);
  }

  static Column encoded(FieldVector indices, Column dictionary) {
    return new Column(indices.getField(), indices, indices.getNullCount(), List.of(), dictionary);
  }

  /** A copy whose buffers, children's included, all start at odd addresses, as a frame's may. */
  static <V extends FieldVector> V atOddAddresses(V vector, BufferAllocator allocator) {
    FieldVector copy = vector.getField().createVector(allocator);
    copyBuffers(vector, copy, allocator);
    @SuppressWarnings("unchecked") // the field makes a vector of its own class
    V same = (V) copy;
    return same;
  }

  private static void copyBuffers(FieldVector from, FieldVector to, BufferAllocator allocator) {
    if (from instanceof NullVector) {
      to.setValueCount(from.getValueCount());
      return;
    }
    List<ArrowBuf> owners = new ArrayList<>();
    List<ArrowBuf> buffers = new ArrayList<>();
    for (ArrowBuf source : from.getFieldBuffers()) {
      long bytes = source.readableBytes();
      ArrowBuf owner = allocator.buffer(bytes + 1);
      owner.setBytes(1, source, source.readerIndex(), bytes);
      owners.add(owner);
      ArrowBuf odd = owner.slice(1, bytes);
      odd.writerIndex(bytes);
      assertEquals(1, odd.memoryAddress() % 2);
      buffers.add(odd);
    }
    to.loadFieldBuffers(new ArrowFieldNode(from.getValueCount(), from.getNullCount()), buffers);
    owners.forEach(ArrowBuf::close);
    for (int i = 0; i < from.getChildrenFromFields().size(); i++) {
      copyBuffers(
          from.getChildrenFromFields().get(i), to.getChildrenFromFields().get(i), allocator);
    }
  }
}

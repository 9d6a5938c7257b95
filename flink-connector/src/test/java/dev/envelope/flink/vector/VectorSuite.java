package dev.envelope.flink.vector;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.envelope.payload.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ObjIntConsumer;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.util.TransferPair;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.columnar.vector.ColumnVector;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeFamily;
import org.junit.jupiter.api.AfterEach;

/** What all suites of vectors need: an allocator that must end empty, and every shape of nulls. */
abstract class VectorSuite {
  static final int[] LENGTHS = {0, 1, 8, 63, 64, 65, 200};

  final BufferAllocator allocator = new RootAllocator(1 << 26);

  @AfterEach
  void nothingIsLeftAllocated() {
    allocator.close();
  }

  enum Nulls {
    NONE,
    AT_BORDERS,
    EVERYWHERE;

    boolean at(int row) {
      return switch (this) {
        case NONE -> false;
        case AT_BORDERS -> row % 8 == 0 || row % 64 >= 62 || row % 64 <= 1;
        case EVERYWHERE -> true;
      };
    }
  }

  FieldVector vector(ArrowType type) {
    return Field.nullable("c", type).createVector(allocator);
  }

  /**
   * Checks a layout in every length, with every shape of nulls, at aligned and at odd addresses,
   * and sliced.
   *
   * @param set puts a value of its choice in a row
   * @param expected what Flink should get for what Arrow's {@code getObject} gets
   */
  <V extends FieldVector> void check(
      ArrowType type,
      Class<V> vectorClass,
      ObjIntConsumer<V> set,
      LogicalType wanted,
      Function<Object, Object> expected) {
    for (Nulls nulls : Nulls.values()) {
      for (int rows : LENGTHS) {
        try (V vector = vectorClass.cast(vector(type))) {
          vector.setInitialCapacity(rows);
          vector.allocateNew();
          for (int row = 0; row < rows; row++) {
            set.accept(vector, row);
            if (nulls.at(row)) {
              vector.setNull(row);
            }
          }
          vector.setValueCount(rows);
          compareAll(vector, wanted, expected);
        }
      }
    }
  }

  /** Compares a vector, a copy of it at odd addresses, and parts of it. */
  void compareAll(FieldVector vector, LogicalType wanted, Function<Object, Object> expected) {
    compare(vector, wanted, expected);
    try (FieldVector odd = atOddAddresses(vector)) {
      compare(odd, wanted, expected);
    }
    int rows = vector.getValueCount();
    for (int from : new int[] {1, 8, 13}) {
      if (from < rows) {
        TransferPair pair = vector.getTransferPair(allocator);
        pair.splitAndTransfer(from, rows - from);
        try (FieldVector part = (FieldVector) pair.getTo()) {
          compare(part, wanted, expected);
        }
      }
    }
  }

  private static void compare(
      FieldVector vector, LogicalType wanted, Function<Object, Object> expected) {
    int rows = vector.getValueCount();
    List<Object> values = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      Object value = vector.isNull(row) ? null : vector.getObject(row);
      values.add(value == null ? null : expected.apply(value));
    }
    ColumnVector read = ColumnVectors.of(Column.of(vector), wanted);
    assertEquals(values, Values.of(read, wanted, rows), vector.getField().toString());
    assertEquals(values, Values.copied(read, wanted, rows), "copied " + vector.getField());
    if (wanted.is(LogicalTypeFamily.CHARACTER_STRING)
        || wanted.is(LogicalTypeFamily.BINARY_STRING)) {
      return;
    }
    // Copies of whole arrays ask for the values under nulls as well.
    RowData.FieldGetter blind = RowData.createFieldGetter(wanted.copy(false), 0);
    for (RowData row : Values.rows(rows, read)) {
      assertDoesNotThrow(() -> blind.getFieldOrNull(row));
    }
  }

  static Column encoded(FieldVector indices, Column dictionary) {
    return new Column(indices.getField(), indices, indices.getNullCount(), List.of(), dictionary);
  }

  /** A copy whose buffers, children's included, all start at odd addresses, as a frame's may. */
  FieldVector atOddAddresses(FieldVector vector) {
    FieldVector copy = vector.getField().createVector(allocator);
    copyBuffers(vector, copy);
    return copy;
  }

  private void copyBuffers(FieldVector from, FieldVector to) {
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
      copyBuffers(from.getChildrenFromFields().get(i), to.getChildrenFromFields().get(i));
    }
  }
}

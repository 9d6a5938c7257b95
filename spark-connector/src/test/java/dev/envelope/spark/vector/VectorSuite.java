package dev.envelope.spark.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.envelope.payload.Column;
import java.util.function.Function;
import java.util.function.ObjIntConsumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.vectorized.ColumnVector;
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

  /** Reads one row of a vector. */
  interface Getter {
    Object get(ColumnVector vector, int row);
  }

  FieldVector vector(ArrowType type) {
    return Field.nullable("c", type).createVector(allocator);
  }

  /**
   * Checks a layout in every length, with every shape of nulls, at aligned and at odd addresses.
   *
   * @param set puts a value of its choice in a row
   * @param expected what Spark should get for what Arrow's {@code getObject} gets
   */
  <V extends FieldVector> void check(
      ArrowType type,
      Class<V> vectorClass,
      ObjIntConsumer<V> set,
      DataType wanted,
      Getter getter,
      Function<Object, Object> expected) {
    check(type, vectorClass, set, wanted, false, getter, expected);
  }

  <V extends FieldVector> void check(
      ArrowType type,
      Class<V> vectorClass,
      ObjIntConsumer<V> set,
      DataType wanted,
      boolean rawNanos,
      Getter getter,
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
          compare(Columns.of(vector), wanted, rawNanos, getter, expected);
          try (V odd = Columns.atOddAddresses(vector, allocator)) {
            compare(Columns.of(odd), wanted, rawNanos, getter, expected);
          }
        }
      }
    }
  }

  void compare(
      Column column,
      DataType wanted,
      boolean rawNanos,
      Getter getter,
      Function<Object, Object> expected) {
    ColumnVector read = ColumnVectors.of(column, wanted, rawNanos);
    FieldVector vector = column.vector();
    assertEquals(wanted, read.dataType());
    assertEquals(vector.getNullCount(), read.numNulls());
    assertEquals(vector.getNullCount() != 0, read.hasNull());
    for (int row = 0; row < vector.getValueCount(); row++) {
      assertEquals(vector.isNull(row), read.isNullAt(row), "row " + row);
      Object got = getter.get(read, row);
      if (!vector.isNull(row)) {
        assertEquals(
            expected.apply(vector.getObject(row)), got, "row " + row + " of " + vector.getField());
      } else {
        assertFalse(got != null && !(got instanceof Number) && !(got instanceof Boolean));
      }
    }
    read.close();
  }
}

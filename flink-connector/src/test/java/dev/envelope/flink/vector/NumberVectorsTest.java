package dev.envelope.flink.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.envelope.payload.Column;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.apache.arrow.memory.util.Float16;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.flink.table.data.columnar.ColumnarArrayData;
import org.apache.flink.table.data.columnar.vector.ColumnVector;
import org.apache.flink.table.data.columnar.vector.DoubleColumnVector;
import org.apache.flink.table.data.columnar.vector.FloatColumnVector;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.BooleanType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.FloatType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.SmallIntType;
import org.apache.flink.table.types.logical.TinyIntType;
import org.junit.jupiter.api.Test;

/** Numbers and booleans, as their own type and as every wider one. */
class NumberVectorsTest extends VectorSuite {
  private static final long[] EXTREMES = {
    Long.MIN_VALUE, Long.MAX_VALUE, -1, 0, 1, 127, 128, 255, 32767, 65535, 1L << 31, -129, 1L << 62
  };

  /** What numbers are read as, and how Java makes such a value. */
  private static final Map<LogicalType, Function<Number, Object>> WIDER =
      Map.of(
          new SmallIntType(), Number::shortValue,
          new IntType(), Number::intValue,
          new BigIntType(), Number::longValue,
          new FloatType(), Number::floatValue,
          new DoubleType(), Number::doubleValue,
          new DecimalType(7, 2), n -> BigDecimal.valueOf(n.longValue()).setScale(2),
          new DecimalType(38, 18), n -> BigDecimal.valueOf(n.longValue()).setScale(18));

  private static long value(int row) {
    return row < EXTREMES.length ? EXTREMES[row] : new Random(row).nextLong();
  }

  private static Function<Object, Object> number(Function<Number, Object> function) {
    return object -> function.apply((Number) object);
  }

  private static ArrowType integer(int bits, boolean signed) {
    return new ArrowType.Int(bits, signed);
  }

  @Test
  void signedIntegers() {
    check(
        integer(8, true),
        TinyIntVector.class,
        (v, row) -> v.setSafe(row, (byte) value(row)),
        new TinyIntType(),
        Function.identity());
    check(
        integer(16, true),
        SmallIntVector.class,
        (v, row) -> v.setSafe(row, (short) value(row)),
        new SmallIntType(),
        Function.identity());
    check(
        integer(32, true),
        IntVector.class,
        (v, row) -> v.setSafe(row, (int) value(row)),
        new IntType(),
        Function.identity());
    check(
        integer(64, true),
        BigIntVector.class,
        (v, row) -> v.setSafe(row, value(row)),
        new BigIntType(),
        Function.identity());
  }

  @Test
  void unsignedIntegers() {
    check(
        integer(8, false),
        UInt1Vector.class,
        (v, row) -> v.setSafe(row, (byte) value(row)),
        new SmallIntType(),
        number(n -> (short) (n.intValue() & 0xff)));
    check(
        integer(16, false),
        UInt2Vector.class,
        (v, row) -> v.setSafe(row, (char) value(row)),
        new IntType(),
        object -> (int) (Character) object);
    check(
        integer(32, false),
        UInt4Vector.class,
        (v, row) -> v.setSafe(row, (int) value(row)),
        new BigIntType(),
        number(n -> Integer.toUnsignedLong(n.intValue())));
    check(
        integer(64, false),
        UInt8Vector.class,
        (v, row) -> v.setSafe(row, value(row)),
        new DecimalType(20, 0),
        number(n -> new BigDecimal(Long.toUnsignedString(n.longValue()))));
  }

  @Test
  void widenedIntegers() {
    WIDER.forEach(
        (wanted, expected) -> {
          check(
              integer(8, true),
              TinyIntVector.class,
              (v, row) -> v.setSafe(row, (byte) value(row)),
              wanted,
              number(expected));
          check(
              integer(8, false),
              UInt1Vector.class,
              (v, row) -> v.setSafe(row, (byte) value(row)),
              wanted,
              number(n -> expected.apply(n.intValue() & 0xff)));
          check(
              integer(16, true),
              SmallIntVector.class,
              (v, row) -> v.setSafe(row, (short) value(row)),
              wanted,
              number(expected));
          if (!(wanted instanceof SmallIntType)) {
            check(
                integer(16, false),
                UInt2Vector.class,
                (v, row) -> v.setSafe(row, (char) value(row)),
                wanted,
                object -> expected.apply((int) (Character) object));
          }
        });
    for (LogicalType wanted :
        List.of(new BigIntType(), new DoubleType(), new DecimalType(38, 18))) {
      check(
          integer(32, true),
          IntVector.class,
          (v, row) -> v.setSafe(row, (int) value(row)),
          wanted,
          number(WIDER.get(wanted)));
      check(
          integer(32, false),
          UInt4Vector.class,
          (v, row) -> v.setSafe(row, (int) value(row)),
          wanted,
          number(n -> WIDER.get(wanted).apply(Integer.toUnsignedLong(n.intValue()))));
    }
  }

  @Test
  void integersAsDecimals() {
    check(
        integer(32, true),
        IntVector.class,
        (v, row) -> v.setSafe(row, (int) value(row)),
        new DecimalType(18, 8),
        number(n -> BigDecimal.valueOf(n.longValue()).setScale(8)));
    check(
        integer(64, true),
        BigIntVector.class,
        (v, row) -> v.setSafe(row, value(row)),
        new DecimalType(38, 19),
        number(n -> BigDecimal.valueOf(n.longValue()).setScale(19)));
    check(
        integer(64, false),
        UInt8Vector.class,
        (v, row) -> v.setSafe(row, value(row)),
        new DecimalType(38, 18),
        number(n -> new BigDecimal(Long.toUnsignedString(n.longValue())).setScale(18)));
  }

  @Test
  void floats() {
    ArrowType single = new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
    check(
        single,
        Float4Vector.class,
        (v, row) -> v.setSafe(row, Float.intBitsToFloat((int) value(row))),
        new FloatType(),
        Function.identity());
    check(
        single,
        Float4Vector.class,
        (v, row) -> v.setSafe(row, Float.intBitsToFloat((int) value(row))),
        new DoubleType(),
        number(Number::doubleValue));
    check(
        new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE),
        Float8Vector.class,
        (v, row) -> v.setSafe(row, Double.longBitsToDouble(value(row))),
        new DoubleType(),
        Function.identity());
  }

  @Test
  void everyHalfFloat() {
    ArrowType half = new ArrowType.FloatingPoint(FloatingPointPrecision.HALF);
    try (Float2Vector vector = (Float2Vector) vector(half)) {
      vector.allocateNew(1 << 16);
      for (int bits = 0; bits < 1 << 16; bits++) {
        vector.set(bits, (short) bits);
      }
      vector.setValueCount(1 << 16);
      var narrow = (FloatColumnVector) ColumnVectors.of(Column.of(vector), new FloatType());
      var wide = (DoubleColumnVector) ColumnVectors.of(Column.of(vector), new DoubleType());
      for (int bits = 0; bits < 1 << 16; bits++) {
        assertEquals(Float16.toFloat((short) bits), narrow.getFloat(bits));
        assertEquals((double) Float16.toFloat((short) bits), wide.getDouble(bits));
      }
    }
    check(
        half,
        Float2Vector.class,
        (v, row) -> v.setSafe(row, (short) value(row)),
        new FloatType(),
        object -> Float16.toFloat((Short) object));
  }

  @Test
  void booleans() {
    check(
        ArrowType.Bool.INSTANCE,
        BitVector.class,
        (v, row) -> v.setSafe(row, (int) (value(row) & 1)),
        new BooleanType(),
        Function.identity());
  }

  @Test
  void aColumnWithoutNullsNeverLooksAtItsBitmap() {
    try (IntVector vector = (IntVector) vector(integer(32, true))) {
      vector.allocateNew(100);
      vector.setValueCount(100); // all bits say null
      Column column = new Column(vector.getField(), vector, 0, List.of(), null);
      ColumnVector read = ColumnVectors.of(column, new IntType());
      for (int row = 0; row < 100; row++) {
        assertFalse(read.isNullAt(row));
      }
    }
  }

  @Test
  void arraysAreCopiedWhole() {
    try (IntVector vector = (IntVector) vector(integer(32, true))) {
      vector.allocateNew(3);
      vector.set(0, 5);
      vector.setNull(1);
      vector.set(2, -7);
      vector.setValueCount(3);
      ColumnVector read = ColumnVectors.of(Column.of(vector), new BigIntType());
      long[] copy = new ColumnarArrayData(read, 0, 3).toLongArray();
      assertEquals(5, copy[0]);
      assertEquals(-7, copy[2]);
    }
  }

  @Test
  void aByteThatChangesInTheBufferChangesInTheVector() {
    try (BigIntVector vector = (BigIntVector) vector(integer(64, true))) {
      vector.allocateNew(2);
      vector.set(0, 1);
      vector.set(1, 2);
      vector.setValueCount(2);
      ColumnVector read = ColumnVectors.of(Column.of(vector), new BigIntType());
      assertEquals(List.of(1L, 2L), Values.of(read, new BigIntType(), 2));
      vector.getDataBuffer().setLong(8, 77);
      assertEquals(List.of(1L, 77L), Values.of(read, new BigIntType(), 2));
    }
  }
}

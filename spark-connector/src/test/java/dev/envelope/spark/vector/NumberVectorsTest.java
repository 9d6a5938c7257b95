package dev.envelope.spark.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.payload.Column;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
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
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.junit.jupiter.api.Test;

/** Numbers and booleans, as their own type and as every wider one. */
class NumberVectorsTest extends VectorSuite {
  private static final long[] EXTREMES = {
    Long.MIN_VALUE, Long.MAX_VALUE, -1, 0, 1, 127, 128, 255, 32767, 65535, 1L << 31, -129, 1L << 62
  };

  private static final Getter BYTE = ColumnVector::getByte;
  private static final Getter SHORT = ColumnVector::getShort;
  private static final Getter INT = ColumnVector::getInt;
  private static final Getter LONG = ColumnVector::getLong;
  private static final Getter FLOAT = ColumnVector::getFloat;
  private static final Getter DOUBLE = ColumnVector::getDouble;

  private static long value(int row) {
    return row < EXTREMES.length ? EXTREMES[row] : new Random(row).nextLong();
  }

  private static Getter decimal(int precision, int scale) {
    return (vector, row) -> {
      var decimal = vector.getDecimal(row, precision, scale);
      return decimal == null ? null : decimal.toJavaBigDecimal();
    };
  }

  private static Function<Object, Object> number(Function<Number, Object> function) {
    return object -> function.apply((Number) object);
  }

  @Test
  void signedIntegers() {
    check(
        new ArrowType.Int(8, true),
        TinyIntVector.class,
        (v, row) -> v.setSafe(row, (byte) value(row)),
        DataTypes.ByteType,
        BYTE,
        Function.identity());
    check(
        new ArrowType.Int(16, true),
        SmallIntVector.class,
        (v, row) -> v.setSafe(row, (short) value(row)),
        DataTypes.ShortType,
        SHORT,
        Function.identity());
    check(
        new ArrowType.Int(32, true),
        IntVector.class,
        (v, row) -> v.setSafe(row, (int) value(row)),
        DataTypes.IntegerType,
        INT,
        Function.identity());
    check(
        new ArrowType.Int(64, true),
        BigIntVector.class,
        (v, row) -> v.setSafe(row, value(row)),
        DataTypes.LongType,
        LONG,
        Function.identity());
  }

  @Test
  void unsignedIntegers() {
    check(
        new ArrowType.Int(8, false),
        UInt1Vector.class,
        (v, row) -> v.setSafe(row, (byte) value(row)),
        DataTypes.ShortType,
        SHORT,
        number(n -> (short) (n.intValue() & 0xff)));
    check(
        new ArrowType.Int(16, false),
        UInt2Vector.class,
        (v, row) -> v.setSafe(row, (char) value(row)),
        DataTypes.IntegerType,
        INT,
        object -> (int) (Character) object);
    check(
        new ArrowType.Int(32, false),
        UInt4Vector.class,
        (v, row) -> v.setSafe(row, (int) value(row)),
        DataTypes.LongType,
        LONG,
        number(n -> Integer.toUnsignedLong(n.intValue())));
    check(
        new ArrowType.Int(64, false),
        UInt8Vector.class,
        (v, row) -> v.setSafe(row, value(row)),
        DataTypes.createDecimalType(20, 0),
        decimal(20, 0),
        number(n -> new BigDecimal(Long.toUnsignedString(n.longValue()))));
  }

  @Test
  void widenedIntegers() {
    ArrowType int8 = new ArrowType.Int(8, true);
    for (var wider :
        List.of(
            new Wider(DataTypes.ShortType, SHORT, Number::shortValue),
            new Wider(DataTypes.IntegerType, INT, Number::intValue),
            new Wider(DataTypes.LongType, LONG, Number::longValue),
            new Wider(DataTypes.FloatType, FLOAT, Number::floatValue),
            new Wider(DataTypes.DoubleType, DOUBLE, Number::doubleValue),
            new Wider(
                DataTypes.createDecimalType(5, 2),
                decimal(5, 2),
                n -> BigDecimal.valueOf(n.longValue()).setScale(2)))) {
      check(
          int8,
          TinyIntVector.class,
          (v, row) -> v.setSafe(row, (byte) value(row)),
          wider.type,
          wider.getter,
          number(wider.expected));
    }
    check(
        new ArrowType.Int(32, true),
        IntVector.class,
        (v, row) -> v.setSafe(row, (int) value(row)),
        DataTypes.DoubleType,
        DOUBLE,
        number(Number::doubleValue));
    check(
        new ArrowType.Int(64, true),
        BigIntVector.class,
        (v, row) -> v.setSafe(row, value(row)),
        DataTypes.createDecimalType(38, 19),
        decimal(38, 19),
        number(n -> BigDecimal.valueOf(n.longValue()).setScale(19)));
    check(
        new ArrowType.Int(64, false),
        UInt8Vector.class,
        (v, row) -> v.setSafe(row, value(row)),
        DataTypes.createDecimalType(38, 18),
        decimal(38, 18),
        number(n -> new BigDecimal(Long.toUnsignedString(n.longValue())).setScale(18)));
  }

  private record Wider(
      org.apache.spark.sql.types.DataType type, Getter getter, Function<Number, Object> expected) {}

  @Test
  void floats() {
    check(
        new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE),
        Float4Vector.class,
        (v, row) -> v.setSafe(row, Float.intBitsToFloat((int) value(row))),
        DataTypes.FloatType,
        FLOAT,
        Function.identity());
    check(
        new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE),
        Float4Vector.class,
        (v, row) -> v.setSafe(row, Float.intBitsToFloat((int) value(row))),
        DataTypes.DoubleType,
        DOUBLE,
        number(Number::doubleValue));
    check(
        new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE),
        Float8Vector.class,
        (v, row) -> v.setSafe(row, Double.longBitsToDouble(value(row))),
        DataTypes.DoubleType,
        DOUBLE,
        Function.identity());
  }

  @Test
  void everyHalfFloat() {
    try (Float2Vector vector =
        (Float2Vector) vector(new ArrowType.FloatingPoint(FloatingPointPrecision.HALF))) {
      vector.allocateNew(1 << 16);
      for (int bits = 0; bits < 1 << 16; bits++) {
        vector.set(bits, (short) bits);
      }
      vector.setValueCount(1 << 16);
      ColumnVector read = ColumnVectors.of(Columns.of(vector), DataTypes.FloatType, false);
      ColumnVector wide = ColumnVectors.of(Columns.of(vector), DataTypes.DoubleType, false);
      for (int bits = 0; bits < 1 << 16; bits++) {
        assertEquals(Float16.toFloat((short) bits), read.getFloat(bits));
        assertEquals((double) Float16.toFloat((short) bits), wide.getDouble(bits));
      }
    }
  }

  @Test
  void booleans() {
    check(
        ArrowType.Bool.INSTANCE,
        BitVector.class,
        (v, row) -> v.setSafe(row, (int) (value(row) & 1)),
        DataTypes.BooleanType,
        ColumnVector::getBoolean,
        Function.identity());
  }

  @Test
  void aColumnWithoutNullsNeverLooksAtItsBitmap() {
    try (IntVector vector = (IntVector) vector(new ArrowType.Int(32, true))) {
      vector.allocateNew(100);
      vector.setValueCount(100); // all bits say null
      Column column = new Column(vector.getField(), vector, 0, List.of(), null);
      ColumnVector read = ColumnVectors.of(column, DataTypes.IntegerType, false);
      assertFalse(read.hasNull());
      for (int row = 0; row < 100; row++) {
        assertFalse(read.isNullAt(row));
      }
    }
  }

  @Test
  void bulkCopiesOfArraysKeepTheirNulls() {
    try (IntVector vector = (IntVector) vector(new ArrowType.Int(32, true))) {
      vector.allocateNew(3);
      vector.set(0, 5);
      vector.setNull(1);
      vector.set(2, -7);
      vector.setValueCount(3);
      ColumnVector read = ColumnVectors.of(Columns.of(vector), DataTypes.LongType, false);
      var copy = new ColumnarArray(read, 0, 3).copy();
      assertEquals(5L, copy.getLong(0));
      assertTrue(copy.isNullAt(1));
      assertEquals(-7L, copy.getLong(2));
      assertArrayEquals(new long[] {-7}, read.getLongs(2, 1));
    }
  }

  @Test
  void aGetterThatTheLayoutDoesNotHaveIsRefused() {
    try (IntVector vector = (IntVector) vector(new ArrowType.Int(32, true))) {
      vector.allocateNew(1);
      vector.setValueCount(1);
      ColumnVector read = ColumnVectors.of(Columns.of(vector), DataTypes.IntegerType, false);
      var error = assertThrows(UnsupportedOperationException.class, () -> read.getUTF8String(0));
      assertEquals(
          "a column read as int has no string values (Int32ColumnVector)", error.getMessage());
    }
  }

  @Test
  void decimalsOfEveryScaleOfLongs() {
    for (int scale = 0; scale <= 19; scale++) {
      DecimalScaler scaler = new DecimalScaler(new DecimalType(38, scale), 0);
      for (long value : EXTREMES) {
        assertEquals(
            new BigDecimal(BigInteger.valueOf(value)).setScale(scale),
            scaler.scale(value).toJavaBigDecimal());
      }
    }
  }
}

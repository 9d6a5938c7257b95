package dev.envelope.flink.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.envelope.CorruptEntryException;
import dev.envelope.payload.Column;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Random;
import java.util.function.Function;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.flink.table.data.columnar.vector.DecimalColumnVector;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Decimals of both widths, to their last digit. */
class DecimalVectorsTest extends VectorSuite {

  /** The largest and smallest values of a precision, zero, and random ones of every length. */
  private static BigDecimal value(int row, int precision, int scale) {
    BigInteger limit = BigInteger.TEN.pow(precision);
    BigInteger unscaled =
        switch (row) {
          case 0, 2 -> limit.subtract(BigInteger.ONE);
          case 1, 3 -> limit.subtract(BigInteger.ONE).negate();
          case 4 -> BigInteger.ZERO;
          case 5 -> BigInteger.ONE.negate();
          case 6 -> BigInteger.valueOf(Long.MAX_VALUE).mod(limit);
          case 7 -> BigInteger.valueOf(Long.MIN_VALUE).negate().mod(limit).negate();
          default -> {
            Random random = new Random(row);
            BigInteger any = new BigInteger(1 + random.nextInt(250), random).mod(limit);
            yield random.nextBoolean() ? any : any.negate();
          }
        };
    return new BigDecimal(unscaled, scale);
  }

  @ParameterizedTest
  @CsvSource({
    "128, 1, 0, 1, 0",
    "128, 9, 2, 9, 2",
    "128, 18, 18, 18, 18",
    "128, 18, 0, 18, 0",
    "128, 19, 0, 19, 0",
    "128, 38, 0, 38, 0",
    "128, 38, 38, 38, 38",
    "128, 38, 10, 38, 10",
    "256, 10, 3, 10, 3",
    "256, 38, 12, 38, 12",
    // wider than the entry's
    "128, 9, 2, 18, 4",
    "128, 9, 2, 38, 20",
    "128, 18, 0, 38, 20",
    "256, 20, 5, 38, 10",
    // scales that Flink does not have
    "128, 5, -3, 8, 0",
    "128, 30, -8, 38, 0",
    "256, 5, -20, 25, 0",
    "128, 3, 6, 6, 6",
  })
  void toTheLastDigit(int bits, int precision, int scale, int wantedPrecision, int wantedScale) {
    ArrowType type = new ArrowType.Decimal(precision, scale, bits);
    var wanted = new DecimalType(wantedPrecision, wantedScale);
    Function<Object, Object> expected = object -> ((BigDecimal) object).setScale(wantedScale);
    if (bits == 128) {
      check(
          type,
          DecimalVector.class,
          (v, row) -> v.setSafe(row, value(row, precision, scale)),
          wanted,
          expected);
    } else {
      check(
          type,
          Decimal256Vector.class,
          (v, row) -> v.setSafe(row, value(row, precision, scale)),
          wanted,
          expected);
    }
  }

  @ParameterizedTest
  @CsvSource({"76, 0", "76, 76", "39, 20", "50, -10", "20, 60"})
  void asTextWhereFlinkHasNoDecimal(int precision, int scale) {
    check(
        new ArrowType.Decimal(precision, scale, 256),
        Decimal256Vector.class,
        (v, row) -> v.setSafe(row, value(row, precision, scale)),
        VarCharType.STRING_TYPE,
        object -> ((BigDecimal) object).toPlainString());
  }

  @Test
  void moreDigitsThanDeclaredAreCorrupt() {
    for (int bits : new int[] {128, 256}) {
      try (BaseFixedWidthVector vector =
          (BaseFixedWidthVector) vector(new ArrowType.Decimal(4, 2, bits))) {
        vector.allocateNew(4);
        int width = bits / 8;
        vector.getDataBuffer().setZero(0, 4L * width);
        vector.getDataBuffer().setLong(0, 10_000);
        vector.getDataBuffer().setLong((long) width, 9_999);
        vector.getDataBuffer().setLong(3L * width - 8, Long.MIN_VALUE); // the highest word of row 2
        for (int row = 0; row < 4; row++) {
          vector.setIndexDefined(row);
        }
        vector.setNull(3);
        vector.setValueCount(4);
        var type = new DecimalType(4, 2);
        var read = (DecimalColumnVector) ColumnVectors.of(Column.of(vector), type);
        assertEquals("99.99", read.getDecimal(1, 4, 2).toString());
        for (int row : new int[] {0, 2}) {
          var error = assertThrows(CorruptEntryException.class, () -> read.getDecimal(row, 4, 2));
          assertEquals(
              "corrupt entry: column 'c' holds a decimal with more digits than its type has, in row "
                  + row
                  + " of its batch",
              error.getMessage());
        }
      }
    }
  }

  @Test
  void everyWordAboveTheLowestCounts() {
    for (int bits : new int[] {128, 256}) {
      try (BaseFixedWidthVector vector =
          (BaseFixedWidthVector) vector(new ArrowType.Decimal(18, 0, bits))) {
        int width = bits / 8;
        int rows = bits / 64 - 1;
        vector.allocateNew(rows);
        vector.getDataBuffer().setZero(0, (long) rows * width);
        for (int row = 0; row < rows; row++) {
          vector.getDataBuffer().setLong((long) row * width + 8L * (row + 1), 1);
          vector.setIndexDefined(row);
        }
        vector.setValueCount(rows);
        var type = new DecimalType(18, 0);
        var read = (DecimalColumnVector) ColumnVectors.of(Column.of(vector), type);
        for (int row = 0; row < rows; row++) {
          int bad = row;
          assertThrows(CorruptEntryException.class, () -> read.getDecimal(bad, 18, 0));
        }
      }
    }
  }
}

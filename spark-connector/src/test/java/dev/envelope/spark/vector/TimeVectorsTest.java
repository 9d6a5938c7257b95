package dev.envelope.spark.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.envelope.UnsupportedEntryException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import java.util.function.Function;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.DurationVector;
import org.apache.arrow.vector.IntervalDayVector;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;
import org.apache.arrow.vector.IntervalYearVector;
import org.apache.arrow.vector.PeriodDuration;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeNanoVector;
import org.apache.arrow.vector.TimeSecVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.unsafe.types.CalendarInterval;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Dates, times, timestamps, durations and intervals in all their units. */
class TimeVectorsTest extends VectorSuite {
  private static final Getter LONG = ColumnVector::getLong;
  private static final Getter INT = ColumnVector::getInt;

  /** Around 1970 and far from it, but with microseconds that fit a long in every unit. */
  private static long ticks(int row) {
    long[] special = {0, 1, -1, 999, -999, 1000, -1000, 1001, -1001, 9_000_000_000_000L};
    return row < special.length ? special[row] : new Random(row).nextLong() >> 21;
  }

  private static long micros(long ticks, TimeUnit unit) {
    return switch (unit) {
      case SECOND -> ticks * 1_000_000;
      case MILLISECOND -> ticks * 1_000;
      case MICROSECOND -> ticks;
      case NANOSECOND ->
          // Floor by another road than the code under test.
          BigInteger.valueOf(ticks)
              .subtract(BigInteger.valueOf(ticks).mod(BigInteger.valueOf(1000)))
              .divide(BigInteger.valueOf(1000))
              .longValueExact();
    };
  }

  private static long epochMicros(Object localDateTime) {
    var time = ((LocalDateTime) localDateTime).truncatedTo(ChronoUnit.MICROS);
    return ChronoUnit.MICROS.between(LocalDate.EPOCH.atStartOfDay(), time);
  }

  @ParameterizedTest
  @EnumSource(TimeUnit.class)
  void timestampsWithoutAZone(TimeUnit unit) {
    // Arrow's own getter of seconds goes through 32-bit-safe LocalDateTimes: stay within years.
    long limit = unit == TimeUnit.SECOND ? 1L << 36 : Long.MAX_VALUE;
    check(
        new ArrowType.Timestamp(unit, null),
        TimeStampVector.class,
        (v, row) -> v.setSafe(row, ticks(row) % limit),
        DataTypes.TimestampNTZType,
        LONG,
        TimeVectorsTest::epochMicros);
  }

  @ParameterizedTest
  @EnumSource(TimeUnit.class)
  void timestampsWithAZone(TimeUnit unit) {
    check(
        new ArrowType.Timestamp(unit, "Europe/Berlin"),
        TimeStampVector.class,
        (v, row) -> v.setSafe(row, ticks(row)),
        DataTypes.TimestampType,
        LONG,
        object -> micros((Long) object, unit));
  }

  @Test
  void nanosecondsAsTheyAre() {
    check(
        new ArrowType.Timestamp(TimeUnit.NANOSECOND, "UTC"),
        TimeStampVector.class,
        (v, row) -> v.setSafe(row, row == 0 ? Long.MIN_VALUE : ticks(row)),
        DataTypes.LongType,
        true,
        LONG,
        Function.identity());
    check(
        new ArrowType.Time(TimeUnit.NANOSECOND, 64),
        TimeNanoVector.class,
        (v, row) -> v.setSafe(row, ticks(row)),
        DataTypes.LongType,
        true,
        LONG,
        Function.identity());
  }

  @ParameterizedTest
  @EnumSource(TimeUnit.class)
  void durations(TimeUnit unit) {
    check(
        new ArrowType.Duration(unit),
        DurationVector.class,
        (v, row) -> v.setSafe(row, ticks(row)),
        DataTypes.createDayTimeIntervalType(),
        LONG,
        object ->
            ((Duration) object).toSeconds() * 1_000_000 + ((Duration) object).toNanosPart() / 1000);
  }

  @Test
  void timesOfDay() {
    check(
        new ArrowType.Time(TimeUnit.SECOND, 32),
        TimeSecVector.class,
        (v, row) -> v.setSafe(row, row % 86_400),
        DataTypes.LongType,
        LONG,
        object -> (Integer) object * 1_000_000L);
    check(
        new ArrowType.Time(TimeUnit.MILLISECOND, 32),
        TimeMilliVector.class,
        (v, row) -> v.setSafe(row, 86_399_999 - row),
        DataTypes.LongType,
        LONG,
        object -> epochMicros(object));
    check(
        new ArrowType.Time(TimeUnit.MICROSECOND, 64),
        TimeMicroVector.class,
        (v, row) -> v.setSafe(row, 86_399_999_999L - row),
        DataTypes.LongType,
        LONG,
        Function.identity());
    check(
        new ArrowType.Time(TimeUnit.NANOSECOND, 64),
        TimeNanoVector.class,
        (v, row) -> v.setSafe(row, 86_399_999_999_999L - row),
        DataTypes.LongType,
        LONG,
        object -> (Long) object / 1000);
  }

  @Test
  void dates() {
    check(
        new ArrowType.Date(DateUnit.DAY),
        DateDayVector.class,
        (v, row) -> v.setSafe(row, (int) ticks(row)),
        DataTypes.DateType,
        INT,
        Function.identity());
    check(
        new ArrowType.Date(DateUnit.MILLISECOND),
        DateMilliVector.class,
        (v, row) -> v.setSafe(row, ticks(row)),
        DataTypes.DateType,
        INT,
        object -> (int) ((LocalDateTime) object).toLocalDate().toEpochDay());
  }

  @Test
  void intervals() {
    check(
        new ArrowType.Interval(IntervalUnit.YEAR_MONTH),
        IntervalYearVector.class,
        (v, row) -> v.setSafe(row, (int) ticks(row)),
        DataTypes.createYearMonthIntervalType(),
        INT,
        object -> (int) ((Period) object).toTotalMonths());
    check(
        new ArrowType.Interval(IntervalUnit.DAY_TIME),
        IntervalDayVector.class,
        (v, row) -> v.setSafe(row, (int) ticks(row), (int) -ticks(row)),
        DataTypes.createDayTimeIntervalType(),
        LONG,
        object -> ((Duration) object).toMillis() * 1000);
    check(
        new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO),
        IntervalMonthDayNanoVector.class,
        (v, row) -> v.setSafe(row, row - 5, 3 - row, ticks(row)),
        DataTypes.CalendarIntervalType,
        ColumnVector::getInterval,
        object -> {
          var interval = (PeriodDuration) object;
          var period = interval.getPeriod();
          return new CalendarInterval(
              (int) period.toTotalMonths(),
              (int) period.get(ChronoUnit.DAYS),
              micros(interval.getDuration().toNanos(), TimeUnit.NANOSECOND));
        });
  }

  @Test
  void whatSparkCannotReachIsAnError() {
    for (ArrowType type :
        new ArrowType[] {
          new ArrowType.Timestamp(TimeUnit.SECOND, null),
          new ArrowType.Timestamp(TimeUnit.MILLISECOND, null),
          new ArrowType.Timestamp(TimeUnit.SECOND, "UTC"),
          new ArrowType.Duration(TimeUnit.MILLISECOND)
        }) {
      DataType wanted =
          type instanceof ArrowType.Duration
              ? DataTypes.createDayTimeIntervalType()
              : type.equals(new ArrowType.Timestamp(TimeUnit.SECOND, "UTC"))
                  ? DataTypes.TimestampType
                  : DataTypes.TimestampNTZType;
      outOfRange(type, wanted, ColumnVector::getLong);
    }
    outOfRange(new ArrowType.Date(DateUnit.MILLISECOND), DataTypes.DateType, INT);
  }

  /** The extremes fail where they are values, and do not where they lie under a null. */
  private void outOfRange(ArrowType type, DataType wanted, Getter getter) {
    try (BaseFixedWidthVector vector = (BaseFixedWidthVector) vector(type)) {
      vector.allocateNew(4);
      long[] values = {Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE, 0};
      for (int row = 0; row < values.length; row++) {
        vector.getDataBuffer().setLong(8L * row, values[row]);
        vector.setIndexDefined(row);
      }
      vector.setNull(2);
      vector.setValueCount(4);
      ColumnVector read = ColumnVectors.of(Columns.of(vector), wanted, false);
      for (int row = 0; row < 2; row++) {
        int bad = row;
        var error = assertThrows(UnsupportedEntryException.class, () -> getter.get(read, bad));
        assertEquals(
            "column 'c' holds a value beyond the range of Spark's "
                + wanted.catalogString()
                + ", in row "
                + row
                + " of its batch; leave the column out, or write it within the range",
            error.getMessage());
      }
      assertEquals(0L, ((Number) getter.get(read, 2)).longValue());
      assertEquals(0L, ((Number) getter.get(read, 3)).longValue());
    }
  }
}

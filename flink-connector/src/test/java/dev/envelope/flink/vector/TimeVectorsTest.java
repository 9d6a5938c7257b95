package dev.envelope.flink.vector;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.envelope.UnsupportedEntryException;
import dev.envelope.payload.Column;
import java.math.BigInteger;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
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
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.data.columnar.vector.ColumnVector;
import org.apache.flink.table.data.columnar.vector.IntColumnVector;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DateType;
import org.apache.flink.table.types.logical.DayTimeIntervalType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.TimeType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.YearMonthIntervalType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Dates, times, timestamps, durations and intervals in all their units. */
class TimeVectorsTest extends VectorSuite {
  private static final BigInteger MILLION = BigInteger.valueOf(1_000_000);

  /** Around 1970 and far from it, but with nanoseconds that fit a long in every unit. */
  private static long ticks(int row) {
    long[] special = {0, 1, -1, 999, -999, 1000, -1000, 1001, -1001, 9_000_000_000L};
    return row < special.length ? special[row] : new Random(row).nextLong() >> 31;
  }

  private static long nanos(TimeUnit unit) {
    return switch (unit) {
      case SECOND -> 1_000_000_000L;
      case MILLISECOND -> 1_000_000L;
      case MICROSECOND -> 1_000L;
      case NANOSECOND -> 1L;
    };
  }

  private static int digits(TimeUnit unit) {
    return switch (unit) {
      case SECOND -> 0;
      case MILLISECOND -> 3;
      case MICROSECOND -> 6;
      case NANOSECOND -> 9;
    };
  }

  /** By another road than the code under test. */
  private static TimestampData instant(long ticks, TimeUnit unit) {
    BigInteger nanos = BigInteger.valueOf(ticks).multiply(BigInteger.valueOf(nanos(unit)));
    BigInteger rest = nanos.mod(MILLION);
    return TimestampData.fromEpochMillis(
        nanos.subtract(rest).divide(MILLION).longValueExact(), rest.intValueExact());
  }

  @ParameterizedTest
  @EnumSource(TimeUnit.class)
  void timestampsWithoutAZone(TimeUnit unit) {
    int digits = digits(unit);
    for (int wanted = digits; wanted <= 9; wanted += 3) {
      check(
          new ArrowType.Timestamp(unit, null),
          TimeStampVector.class,
          (v, row) -> v.setSafe(row, ticks(row)),
          new TimestampType(wanted),
          object -> TimestampData.fromLocalDateTime((LocalDateTime) object));
    }
  }

  @ParameterizedTest
  @EnumSource(TimeUnit.class)
  void timestampsWithAZone(TimeUnit unit) {
    check(
        new ArrowType.Timestamp(unit, "Europe/Berlin"),
        TimeStampVector.class,
        (v, row) -> v.setSafe(row, ticks(row)),
        new LocalZonedTimestampType(digits(unit)),
        object -> instant((Long) object, unit));
  }

  @Test
  void nanosecondsToTheEnds() {
    check(
        new ArrowType.Timestamp(TimeUnit.NANOSECOND, "UTC"),
        TimeStampVector.class,
        (v, row) -> v.setSafe(row, row % 2 == 0 ? Long.MIN_VALUE + row : Long.MAX_VALUE - row),
        new LocalZonedTimestampType(9),
        object -> instant((Long) object, TimeUnit.NANOSECOND));
    check(
        new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC"),
        TimeStampVector.class,
        (v, row) -> v.setSafe(row, row % 2 == 0 ? Long.MIN_VALUE + row : Long.MAX_VALUE - row),
        new LocalZonedTimestampType(6),
        object -> instant((Long) object, TimeUnit.MICROSECOND));
  }

  @ParameterizedTest
  @EnumSource(TimeUnit.class)
  void durations(TimeUnit unit) {
    check(
        new ArrowType.Duration(unit),
        DurationVector.class,
        (v, row) -> v.setSafe(row, ticks(row)),
        new BigIntType(),
        object -> ((Duration) object).toNanos());
    if (unit == TimeUnit.SECOND || unit == TimeUnit.MILLISECOND) {
      check(
          new ArrowType.Duration(unit),
          DurationVector.class,
          (v, row) -> v.setSafe(row, ticks(row)),
          new DayTimeIntervalType(DayTimeIntervalType.DayTimeResolution.DAY_TO_SECOND, 6, 3),
          object -> ((Duration) object).toMillis());
    }
  }

  @Test
  void timesOfDay() {
    check(
        new ArrowType.Time(TimeUnit.SECOND, 32),
        TimeSecVector.class,
        (v, row) -> v.setSafe(row, 86_399 - row),
        new TimeType(0),
        object -> (Integer) object * 1000);
    check(
        new ArrowType.Time(TimeUnit.SECOND, 32),
        TimeSecVector.class,
        (v, row) -> v.setSafe(row, 86_399 - row),
        new BigIntType(),
        object -> (Integer) object * 1_000_000_000L);
    check(
        new ArrowType.Time(TimeUnit.MILLISECOND, 32),
        TimeMilliVector.class,
        (v, row) -> v.setSafe(row, 86_399_999 - row),
        new TimeType(3),
        object -> (int) ((LocalDateTime) object).toLocalTime().getLong(ChronoField.MILLI_OF_DAY));
    check(
        new ArrowType.Time(TimeUnit.MILLISECOND, 32),
        TimeMilliVector.class,
        (v, row) -> v.setSafe(row, 86_399_999 - row),
        new BigIntType(),
        object -> ((LocalDateTime) object).toLocalTime().toNanoOfDay());
    check(
        new ArrowType.Time(TimeUnit.MICROSECOND, 64),
        TimeMicroVector.class,
        (v, row) -> v.setSafe(row, 86_399_999_999L - row),
        new BigIntType(),
        object -> (Long) object * 1000);
    check(
        new ArrowType.Time(TimeUnit.NANOSECOND, 64),
        TimeNanoVector.class,
        (v, row) -> v.setSafe(row, 86_399_999_999_999L - row),
        new BigIntType(),
        Function.identity());
  }

  @Test
  void dates() {
    check(
        new ArrowType.Date(DateUnit.DAY),
        DateDayVector.class,
        (v, row) -> v.setSafe(row, (int) ticks(row)),
        new DateType(),
        Function.identity());
    check(
        new ArrowType.Date(DateUnit.MILLISECOND),
        DateMilliVector.class,
        (v, row) -> v.setSafe(row, ticks(row)),
        new DateType(),
        object -> (int) ((LocalDateTime) object).toLocalDate().toEpochDay());
  }

  @Test
  void intervals() {
    check(
        new ArrowType.Interval(IntervalUnit.YEAR_MONTH),
        IntervalYearVector.class,
        (v, row) -> v.setSafe(row, (int) ticks(row)),
        new YearMonthIntervalType(YearMonthIntervalType.YearMonthResolution.YEAR_TO_MONTH, 4),
        object -> (int) ((Period) object).toTotalMonths());
    check(
        new ArrowType.Interval(IntervalUnit.DAY_TIME),
        IntervalDayVector.class,
        (v, row) -> v.setSafe(row, (int) ticks(row), (int) -ticks(row)),
        new DayTimeIntervalType(DayTimeIntervalType.DayTimeResolution.DAY_TO_SECOND, 6, 3),
        object -> ((Duration) object).toMillis());
    check(
        new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO),
        IntervalMonthDayNanoVector.class,
        (v, row) -> v.setSafe(row, row - 5, 3 - row, ticks(row)),
        RowType.of(
            new LogicalType[] {new IntType(), new IntType(), new BigIntType()},
            new String[] {"months", "days", "nanoseconds"}),
        object -> {
          var interval = (PeriodDuration) object;
          return Map.of(
              "months", (int) interval.getPeriod().toTotalMonths(),
              "days", (int) interval.getPeriod().get(ChronoUnit.DAYS),
              "nanoseconds", interval.getDuration().toNanos());
        });
  }

  @Test
  void whatFlinkCannotReachIsAnError() {
    outOfRange(new ArrowType.Timestamp(TimeUnit.SECOND, null), new TimestampType(0), "TIMESTAMP");
    outOfRange(
        new ArrowType.Timestamp(TimeUnit.MILLISECOND, "UTC"),
        new LocalZonedTimestampType(9),
        "TIMESTAMP");
    outOfRange(new ArrowType.Duration(TimeUnit.MICROSECOND), new BigIntType(), "BIGINT");
    LogicalType interval =
        new DayTimeIntervalType(DayTimeIntervalType.DayTimeResolution.DAY_TO_SECOND, 6, 3);
    outOfRange(new ArrowType.Duration(TimeUnit.SECOND), interval, "INTERVAL DAY(6) TO SECOND(3)");
    outOfRange(new ArrowType.Date(DateUnit.MILLISECOND), new DateType(), "DATE");
    try (TimeSecVector vector = (TimeSecVector) vector(new ArrowType.Time(TimeUnit.SECOND, 32))) {
      vector.allocateNew(3);
      vector.set(0, -1);
      vector.set(1, 86_400);
      vector.set(2, 86_399);
      vector.setValueCount(3);
      var read = (IntColumnVector) ColumnVectors.of(Column.of(vector), new TimeType(0));
      refused(() -> read.getInt(0), "TIME", 0);
      refused(() -> read.getInt(1), "TIME", 1);
      assertEquals(86_399_000, read.getInt(2));
      vector.setNull(0);
      vector.getDataBuffer().setInt(0, -1);
      var withNull = (IntColumnVector) ColumnVectors.of(Column.of(vector), new TimeType(0));
      assertEquals(0, withNull.getInt(0));
    }
  }

  /** The extremes fail where they are values, and do not where they lie under a null. */
  private void outOfRange(ArrowType type, LogicalType wanted, String name) {
    try (BaseFixedWidthVector vector = (BaseFixedWidthVector) vector(type)) {
      vector.allocateNew(4);
      long[] values = {Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE, 0};
      for (int row = 0; row < values.length; row++) {
        vector.getDataBuffer().setLong(8L * row, values[row]);
        vector.setIndexDefined(row);
      }
      vector.setNull(2);
      vector.setValueCount(4);
      ColumnVector read = ColumnVectors.of(Column.of(vector), wanted);
      RowData.FieldGetter getter = RowData.createFieldGetter(wanted.copy(false), 0);
      List<RowData> rows = Values.rows(4, read);
      refused(() -> getter.getFieldOrNull(rows.get(0)), name, 0);
      refused(() -> getter.getFieldOrNull(rows.get(1)), name, 1);
      assertDoesNotThrow(() -> getter.getFieldOrNull(rows.get(2)));
      assertDoesNotThrow(() -> getter.getFieldOrNull(rows.get(3)));
    }
  }

  private static void refused(Executable read, String name, int row) {
    var error = assertThrows(UnsupportedEntryException.class, read);
    assertEquals(
        "column 'c' holds a value beyond the range of Flink's "
            + name
            + ", in row "
            + row
            + " of its batch; leave the column out, or write it within the range",
        error.getMessage());
  }
}

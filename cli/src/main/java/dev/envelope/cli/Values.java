package dev.envelope.cli;

import dev.envelope.payload.Column;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.DurationVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeNanoVector;
import org.apache.arrow.vector.TimeSecVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.LargeListViewVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.ListViewVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;

/**
 * The value of a row as an object of Java: null, a {@code Boolean}, a {@code Number}, bytes, a
 * {@code String} (text, and every kind of time in ISO 8601), a {@code List} or a {@code Map}.
 * Stateless.
 */
final class Values {
  private static final long NANOS = 1_000_000_000;

  private Values() {}

  /** A value. */
  static Object of(Column column, int row) {
    FieldVector vector = column.vector();
    if (vector.isNull(row)) {
      return null;
    }
    if (column.dictionary() != null) {
      return of(column.dictionary(), (int) ((BaseIntVector) vector).getValueAsLong(row));
    }
    if (vector instanceof StructVector) {
      Map<String, Object> struct = new LinkedHashMap<>();
      for (Column child : column.children()) {
        struct.put(child.field().getName(), of(child, row));
      }
      return struct;
    }
    if (vector instanceof MapVector map) {
      return map(column, map.getElementStartIndex(row), map.getElementEndIndex(row));
    }
    if (vector instanceof ListVector list) {
      return list(column, list.getElementStartIndex(row), list.getElementEndIndex(row));
    }
    if (vector instanceof LargeListVector list) {
      return list(column, list.getElementStartIndex(row), list.getElementEndIndex(row));
    }
    if (vector instanceof FixedSizeListVector list) {
      return list(column, list.getElementStartIndex(row), list.getElementEndIndex(row));
    }
    if (vector instanceof ListViewVector list) {
      return list(column, list.getElementStartIndex(row), list.getElementEndIndex(row));
    }
    if (vector instanceof LargeListViewVector list) {
      long from = list.getOffsetBuffer().getLong((long) row * Long.BYTES);
      return list(column, from, from + list.getSizeBuffer().getLong((long) row * Long.BYTES));
    }
    Object time = time(vector, row);
    return time != null ? time : scalar(vector, row);
  }

  private static List<Object> list(Column column, long from, long to) {
    Column elements = column.children().get(0);
    List<Object> list = new ArrayList<>();
    for (long i = from; i < to; i++) {
      list.add(of(elements, (int) i));
    }
    return list;
  }

  /** An object where all keys are texts, each once; else a list of keys and values. */
  private static Object map(Column column, int from, int to) {
    List<Column> pair = column.children().get(0).children();
    Map<String, Object> map = new LinkedHashMap<>();
    List<Object> entries = new ArrayList<>();
    boolean object = true;
    for (int i = from; i < to; i++) {
      Object key = of(pair.get(0), i);
      Object value = of(pair.get(1), i);
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("key", key);
      entry.put("value", value);
      entries.add(entry);
      object &= key instanceof String text && map.put(text, value) == null;
    }
    return object && map.size() == entries.size() ? map : entries;
  }

  private static Object scalar(FieldVector vector, int row) {
    if (vector instanceof BitVector bits) {
      return bits.get(row) != 0;
    }
    if (vector instanceof Float2Vector half) {
      return half.getValueAsFloat(row);
    }
    if (vector instanceof UInt1Vector number) {
      return number.getObjectNoOverflow(row);
    }
    if (vector instanceof UInt2Vector number) {
      return (int) number.get(row);
    }
    if (vector instanceof UInt4Vector number) {
      return number.getObjectNoOverflow(row);
    }
    if (vector instanceof UInt8Vector number) {
      return number.getObjectNoOverflow(row);
    }
    Object value = vector.getObject(row);
    boolean known = value instanceof Number || value instanceof byte[];
    // Intervals, texts, and whatever Arrow will have next, as they print themselves.
    return known || value == null ? value : value.toString();
  }

  /** Null for what is no time. */
  private static Object time(FieldVector vector, int row) {
    try {
      if (vector instanceof TimeStampVector stamp) {
        ArrowType.Timestamp type = (ArrowType.Timestamp) vector.getField().getType();
        return timestamp(stamp.get(row), type);
      }
      if (vector instanceof DateDayVector date) {
        return LocalDate.ofEpochDay(date.get(row)).toString();
      }
      if (vector instanceof DateMilliVector date) {
        return LocalDate.ofEpochDay(Math.floorDiv(date.get(row), 86_400_000L)).toString();
      }
      if (vector instanceof TimeSecVector time) {
        return clock(time.get(row), 1);
      }
      if (vector instanceof TimeMilliVector time) {
        return clock(time.get(row), 1_000);
      }
      if (vector instanceof TimeMicroVector time) {
        return clock(time.get(row), 1_000_000);
      }
      if (vector instanceof TimeNanoVector time) {
        return clock(time.get(row), NANOS);
      }
      if (vector instanceof DurationVector) {
        long raw = DurationVector.get(vector.getDataBuffer(), row);
        ArrowType.Duration type = (ArrowType.Duration) vector.getField().getType();
        return Duration.of(raw, unit(type.getUnit())).toString();
      }
      return null;
    } catch (DateTimeException | ArithmeticException e) {
      // A number that no calendar has is shown as the number that it is.
      return raw(vector, row);
    }
  }

  private static Object raw(FieldVector vector, int row) {
    int width =
        vector.getMinorType() == org.apache.arrow.vector.types.Types.MinorType.DATEDAY ? 4 : 8;
    return width == 4
        ? (Object) vector.getDataBuffer().getInt(4L * row)
        : (Object) vector.getDataBuffer().getLong(8L * row);
  }

  private static String clock(long time, long perSecond) {
    return LocalTime.ofNanoOfDay(Math.multiplyExact(time, NANOS / perSecond))
        .format(DateTimeFormatter.ISO_LOCAL_TIME);
  }

  private static String timestamp(long raw, ArrowType.Timestamp type) {
    long perSecond = Duration.ofSeconds(1).dividedBy(Duration.of(1, unit(type.getUnit())));
    long seconds = Math.floorDiv(raw, perSecond);
    int nanos = (int) (Math.floorMod(raw, perSecond) * (NANOS / perSecond));
    if (type.getTimezone() == null) {
      return LocalDateTime.ofEpochSecond(seconds, nanos, ZoneOffset.UTC)
          .format(DateTimeFormatter.ISO_LOCAL_DATE_TIME);
    }
    return Instant.ofEpochSecond(seconds, nanos)
        .atZone(zone(type.getTimezone()))
        .format(DateTimeFormatter.ISO_OFFSET_DATE_TIME);
  }

  /** An instant is the same in every zone, so an unknown one only costs the local time. */
  private static ZoneId zone(String name) {
    try {
      return ZoneId.of(name);
    } catch (DateTimeException unknown) {
      return ZoneOffset.UTC;
    }
  }

  private static ChronoUnit unit(TimeUnit unit) {
    return switch (unit) {
      case SECOND -> ChronoUnit.SECONDS;
      case MILLISECOND -> ChronoUnit.MILLIS;
      case MICROSECOND -> ChronoUnit.MICROS;
      case NANOSECOND -> ChronoUnit.NANOS;
    };
  }
}

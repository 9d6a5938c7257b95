package dev.envelope.flink;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.flink.table.data.TimestampData;

/**
 * One form for values that were read and for values that the manifest spells, in which they are
 * equal only when they are the same: bits of floats, digits of decimals, nanoseconds of times.
 */
final class ManifestSpelling {
  private ManifestSpelling() {}

  /** A value as the manifest spells it. */
  static Object expected(JsonNode value, Field field) {
    if (value.isNull()) {
      return null;
    }
    ArrowType type = field.getType();
    return switch (type.getTypeID()) {
      case List, LargeList, FixedSizeList, ListView, LargeListView ->
          each(value, field.getChildren().get(0));
      case Map -> {
        List<Field> entry = field.getChildren().get(0).getChildren();
        Map<Object, Object> map = new LinkedHashMap<>();
        for (JsonNode pair : value.get("map")) {
          map.put(expected(pair.get(0), entry.get(0)), expected(pair.get(1), entry.get(1)));
        }
        yield map;
      }
      case Struct -> {
        Map<Object, Object> struct = new LinkedHashMap<>();
        for (Field child : field.getChildren()) {
          struct.put(child.getName(), expected(value.get(child.getName()), child));
        }
        yield struct;
      }
      case Bool -> value.asBoolean();
      case FloatingPoint -> bits(number(value.asText()));
      case Binary, LargeBinary, BinaryView, FixedSizeBinary -> value.get("hex").asText();
      case Utf8, LargeUtf8, Utf8View ->
          value.isObject()
              ? value.get("long").get("bytes").asText()
                  + " "
                  + value.get("long").get("crc32").asText()
              : value.asText();
      case Time, Timestamp, Duration ->
          new BigInteger(value.asText()).multiply(BigInteger.valueOf(nanos(type)));
      default -> value.asText();
    };
  }

  private static List<Object> each(JsonNode array, Field element) {
    List<Object> all = new ArrayList<>();
    for (JsonNode value : array) {
      all.add(expected(value, element));
    }
    return all;
  }

  /** The values under a member of a column. */
  static List<Object> expected(JsonNode column, String member, Field field) {
    return each(column.get(member), field);
  }

  /** A value as it was read: of Flink's types in Java's collections. */
  static Object actual(Object value, Field field) {
    if (value == null) {
      return null;
    }
    ArrowType type = field.getType();
    return switch (type.getTypeID()) {
      case List, LargeList, FixedSizeList, ListView, LargeListView -> {
        List<Object> all = new ArrayList<>();
        for (Object element : (List<?>) value) {
          all.add(actual(element, field.getChildren().get(0)));
        }
        yield all;
      }
      case Map -> {
        List<Field> entry = field.getChildren().get(0).getChildren();
        Map<Object, Object> map = new LinkedHashMap<>();
        ((Map<?, ?>) value)
            .forEach((k, v) -> map.put(actual(k, entry.get(0)), actual(v, entry.get(1))));
        yield map;
      }
      case Struct -> {
        Map<Object, Object> struct = new LinkedHashMap<>();
        for (Field child : field.getChildren()) {
          struct.put(child.getName(), actual(((Map<?, ?>) value).get(child.getName()), child));
        }
        yield struct;
      }
      case FloatingPoint -> bits(((Number) value).doubleValue());
      case Binary, LargeBinary, BinaryView, FixedSizeBinary -> hex((List<?>) value);
      case Utf8, LargeUtf8, Utf8View -> text((String) value);
      case Date -> LocalDate.ofEpochDay((Integer) value).toString();
      case Timestamp -> {
        TimestampData time = (TimestampData) value;
        yield BigInteger.valueOf(time.getMillisecond())
            .multiply(BigInteger.valueOf(1_000_000))
            .add(BigInteger.valueOf(time.getNanoOfMillisecond()));
      }
      case Time ->
          // TIME is milliseconds in an int; numbers are nanoseconds.
          value instanceof Integer millis
              ? BigInteger.valueOf(millis * 1_000_000L)
              : BigInteger.valueOf((Long) value);
      case Duration -> {
        // Intervals are milliseconds.
        long factor = nanos(type) >= 1_000_000 ? 1_000_000 : 1;
        yield BigInteger.valueOf((Long) value).multiply(BigInteger.valueOf(factor));
      }
      case Decimal -> value instanceof BigDecimal decimal ? decimal.toPlainString() : value;
      case Int -> value.toString();
      default -> value;
    };
  }

  private static long nanos(ArrowType type) {
    TimeUnit unit =
        type instanceof ArrowType.Time time
            ? time.getUnit()
            : type instanceof ArrowType.Timestamp timestamp
                ? timestamp.getUnit()
                : ((ArrowType.Duration) type).getUnit();
    return switch (unit) {
      case SECOND -> 1_000_000_000L;
      case MILLISECOND -> 1_000_000L;
      case MICROSECOND -> 1_000L;
      case NANOSECOND -> 1L;
    };
  }

  private static String hex(List<?> bytes) {
    byte[] array = new byte[bytes.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = (Byte) bytes.get(i);
    }
    return HexFormat.of().formatHex(array);
  }

  private static String text(String value) {
    byte[] bytes = value.getBytes(UTF_8);
    return value.codePointCount(0, value.length()) <= 1000
        ? value
        : bytes.length + " " + crc(bytes);
  }

  private static long crc(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return crc.getValue();
  }

  private static double number(String text) {
    return switch (text) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  private static String bits(double value) {
    return "%016x".formatted(Double.doubleToLongBits(value));
  }

  /** The members of a summary of read values, as the manifest has them. */
  static Map<String, String> summary(List<Object> values, Field field) {
    ArrowType type = field.getType();
    List<Object> present = values.stream().filter(Objects::nonNull).toList();
    return switch (type.getTypeID()) {
      case Bool -> Map.of("true_count", "" + present.stream().filter(Boolean.TRUE::equals).count());
      case FloatingPoint -> {
        BigDecimal sum = BigDecimal.ZERO;
        long xor = 0;
        for (Object value : present) {
          double number = ((Number) value).doubleValue();
          sum = sum.add(new BigDecimal(number));
          xor ^= Double.doubleToRawLongBits(number);
        }
        yield Map.of("sum", bits(sum.doubleValue()), "xor_bits", "%016x".formatted(xor));
      }
      case Utf8, LargeUtf8, Utf8View -> {
        long length = 0;
        long crcs = 0;
        for (Object value : present) {
          byte[] bytes = ((String) value).getBytes(UTF_8);
          length += bytes.length;
          crcs += crc(bytes);
        }
        yield Map.of("byte_length_sum", "" + length, "crc32_sum", "" + crcs);
      }
      case Time, Timestamp, Duration -> {
        BigInteger sum = BigInteger.ZERO;
        for (Object value : present) {
          sum = sum.add((BigInteger) actual(value, field));
        }
        yield Map.of("sum", sum.divide(BigInteger.valueOf(nanos(type))).toString());
      }
      default -> {
        BigInteger sum = BigInteger.ZERO;
        for (Object value : present) {
          sum = sum.add(new BigInteger(value.toString()));
        }
        yield Map.of("sum", sum.toString());
      }
    };
  }

  /** A summary in the manifest, with the sum of floats in bits. */
  static Map<String, String> summary(JsonNode summary) {
    Map<String, String> members = new LinkedHashMap<>();
    for (String name : List.of("true_count", "sum", "xor_bits", "byte_length_sum", "crc32_sum")) {
      if (summary.has(name)) {
        members.put(name, summary.get(name).asText());
      }
    }
    if (members.containsKey("xor_bits")) {
      members.computeIfPresent("sum", (name, sum) -> bits(number(sum)));
    }
    return members;
  }
}

package dev.envelope.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.envelope.payload.Column;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.List;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.DurationVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.LargeVarBinaryVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeNanoVector;
import org.apache.arrow.vector.TimeSecVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.ViewVarBinaryVector;
import org.apache.arrow.vector.ViewVarCharVector;
import org.apache.arrow.vector.complex.BaseListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Spells a cell of a column as the README of the entries says. */
final class Spelling {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private Spelling() {}

  static JsonNode tagged(String tag, String text) {
    return JSON.objectNode().put(tag, text);
  }

  static JsonNode of(Column column, int row) {
    if (column.dictionary() != null) {
      if (column.vector().isNull(row)) {
        return JSON.nullNode();
      }
      int index = (int) ((BaseIntVector) column.vector()).getValueAsLong(row);
      return of(column.dictionary(), index);
    }
    return of(column.vector(), row);
  }

  private static JsonNode of(FieldVector vector, int row) {
    if (vector instanceof NullVector || vector.isNull(row)) {
      return JSON.nullNode();
    }
    if (vector instanceof BitVector bits) {
      return JSON.booleanNode(bits.get(row) == 1);
    }
    if (vector instanceof UInt8Vector longs) {
      return tagged("int", Long.toUnsignedString(longs.get(row)));
    }
    if (vector instanceof BaseIntVector integers) {
      return tagged("int", Long.toString(integers.getValueAsLong(row)));
    }
    if (vector instanceof DecimalVector decimals && decimals.getScale() == 0) {
      // Whole numbers that 64 bits with a sign cannot hold.
      return tagged("int", decimals.getObject(row).toBigIntegerExact().toString());
    }
    if (vector instanceof Float2Vector halves) {
      return real(halves.getValueAsFloat(row));
    }
    if (vector instanceof Float4Vector floats) {
      return real(floats.get(row));
    }
    if (vector instanceof Float8Vector doubles) {
      return real(doubles.get(row));
    }
    JsonNode bytes = bytes(vector, row);
    if (bytes != null) {
      return bytes;
    }
    JsonNode moment = moment(vector, row);
    return moment != null ? moment : nested(vector, row);
  }

  private static JsonNode real(double value) {
    return tagged("float", Double.toString(value));
  }

  private static JsonNode bytes(FieldVector vector, int row) {
    byte[] text = null;
    byte[] binary = null;
    if (vector instanceof VarCharVector values) {
      text = values.get(row);
    } else if (vector instanceof LargeVarCharVector values) {
      text = values.get(row);
    } else if (vector instanceof ViewVarCharVector values) {
      text = values.get(row);
    } else if (vector instanceof VarBinaryVector values) {
      binary = values.get(row);
    } else if (vector instanceof LargeVarBinaryVector values) {
      binary = values.get(row);
    } else if (vector instanceof ViewVarBinaryVector values) {
      binary = values.get(row);
    } else if (vector instanceof FixedSizeBinaryVector values) {
      binary = values.get(row);
    }
    if (text != null) {
      return JSON.textNode(new String(text, StandardCharsets.UTF_8));
    }
    return binary == null ? null : tagged("hex", HexFormat.of().formatHex(binary));
  }

  private static JsonNode moment(FieldVector vector, int row) {
    ArrowType type = vector.getField().getType();
    if (vector instanceof DateDayVector days) {
      return tagged("date", LocalDate.ofEpochDay(days.get(row)).toString());
    }
    if (vector instanceof DateMilliVector millis) {
      return tagged("date", LocalDate.ofEpochDay(millis.get(row) / 86_400_000).toString());
    }
    if (vector instanceof TimeStampVector ticks && type instanceof ArrowType.Timestamp stamp) {
      String tag = stamp.getTimezone() == null ? "datetime" : "instant";
      return tagged(tag, nanos(ticks.get(row), stamp.getUnit()));
    }
    if (vector instanceof DurationVector && type instanceof ArrowType.Duration span) {
      return tagged(
          "duration", nanos(DurationVector.get(vector.getDataBuffer(), row), span.getUnit()));
    }
    if (type instanceof ArrowType.Time time) {
      long ticks = 0;
      if (vector instanceof TimeSecVector values) {
        ticks = values.get(row);
      } else if (vector instanceof TimeMilliVector values) {
        ticks = values.get(row);
      } else if (vector instanceof TimeMicroVector values) {
        ticks = values.get(row);
      } else if (vector instanceof TimeNanoVector values) {
        ticks = values.get(row);
      }
      return tagged("time", nanos(ticks, time.getUnit()));
    }
    return null;
  }

  private static String nanos(long ticks, TimeUnit unit) {
    long factor =
        switch (unit) {
          case SECOND -> 1_000_000_000;
          case MILLISECOND -> 1_000_000;
          case MICROSECOND -> 1_000;
          case NANOSECOND -> 1;
        };
    return BigInteger.valueOf(ticks).multiply(BigInteger.valueOf(factor)).toString();
  }

  private static JsonNode nested(FieldVector vector, int row) {
    if (vector instanceof MapVector map) {
      StructVector entries = (StructVector) map.getDataVector();
      ArrayNode pairs = JSON.arrayNode();
      for (int i = map.getElementStartIndex(row); i < map.getElementEndIndex(row); i++) {
        ArrayNode pair = JSON.arrayNode();
        pair.add(of(entries.getChildrenFromFields().get(0), i));
        pair.add(of(entries.getChildrenFromFields().get(1), i));
        pairs.add(pair);
      }
      ObjectNode tagged = JSON.objectNode();
      tagged.set("map", pairs);
      return tagged;
    }
    if (vector instanceof BaseListVector list) {
      List<FieldVector> children = vector.getChildrenFromFields();
      ArrayNode items = JSON.arrayNode();
      for (int i = list.getElementStartIndex(row); i < list.getElementEndIndex(row); i++) {
        items.add(of(children.get(0), i));
      }
      return items;
    }
    if (vector instanceof StructVector struct) {
      ArrayNode pairs = JSON.arrayNode();
      for (FieldVector child : struct.getChildrenFromFields()) {
        pairs.add(JSON.arrayNode().add(child.getName()).add(of(child, row)));
      }
      ObjectNode tagged = JSON.objectNode();
      tagged.set("struct", pairs);
      return tagged;
    }
    throw new AssertionError("no spelling for " + vector.getField());
  }
}

package dev.envelope.payload.document;

import dev.envelope.payload.DecodeStats;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Makes the sinks of one batch. */
record Sinks(Budget budget, DecodeStats stats) {
  /** How many slots lists are taken to have at first; they grow. */
  private static final int FIRST_SLOTS = 64;

  /**
   * The sink of a place and of all that is below.
   *
   * @param slots how many slots it has at first
   * @return the sink, which the caller closes
   */
  Sink of(Place place, int slots) {
    ArrowType type = place.wanted().getType();
    if (type instanceof ArrowType.List) {
      Sink element = of(element(place), FIRST_SLOTS);
      return owning(List.of(element), () -> new ListSink(place, budget, slots, element));
    }
    if (type instanceof ArrowType.Map) {
      return map(place, slots);
    }
    if (type instanceof ArrowType.Struct) {
      return struct(place, slots);
    }
    return leaf(place, slots, type);
  }

  private interface Maker {
    Sink make();
  }

  private static Sink owning(List<? extends Sink> parts, Maker maker) {
    try {
      return maker.make();
    } catch (RuntimeException e) {
      parts.forEach(Sink::close);
      throw e;
    }
  }

  private static Place element(Place place) {
    Shape shape = place.shape();
    Field item = place.wanted().getChildren().get(0);
    return place.below("element", item, shape == null ? null : shape.element());
  }

  private Sink map(Place place, int slots) {
    List<Field> entry = place.wanted().getChildren().get(0).getChildren();
    Place key = place.below("key", entry.get(0), null);
    if (!(entry.get(0).getType() instanceof ArrowType.Utf8)) {
      throw key.unreadable();
    }
    Shape shape = place.shape();
    Place value = place.below("value", entry.get(1), shape == null ? null : shape.values());
    BytesSink keys = new BytesSink(key, budget, FIRST_SLOTS, true, stats);
    Sink values = owning(List.of(keys), () -> of(value, FIRST_SLOTS));
    return owning(List.of(keys, values), () -> new MapSink(place, budget, slots, keys, values));
  }

  private Sink struct(Place place, int slots) {
    Shape shape = place.shape();
    List<Sink> children = new ArrayList<>();
    return owning(
        children,
        () -> {
          boolean fields = shape != null && shape.isStruct();
          Shape values = shape == null || fields ? null : shape.values();
          for (Field child : place.wanted().getChildren()) {
            Shape below = fields ? shape.field(child.getName()) : values;
            children.add(of(place.below(child.getName(), child, below), slots));
          }
          return new StructSink(place, budget, slots, children);
        });
  }

  private Sink leaf(Place place, int slots, ArrowType type) {
    if (type instanceof ArrowType.Null) {
      return new NullSink(place, budget);
    } else if (type instanceof ArrowType.Bool) {
      return new BoolSink(place, budget, slots);
    } else if (type instanceof ArrowType.Int number) {
      return new FixedSink.Integers(
          place, budget, slots, number.getBitWidth(), number.getIsSigned());
    } else if (type instanceof ArrowType.FloatingPoint number) {
      boolean wide = number.getPrecision() == FloatingPointPrecision.DOUBLE;
      return new FixedSink.Floats(place, budget, slots, wide);
    } else if (type instanceof ArrowType.Decimal number) {
      return DecimalSink.of(
          place, budget, slots, number.getPrecision(), number.getScale(), number.getBitWidth());
    } else if (type instanceof ArrowType.Utf8) {
      return new BytesSink(place, budget, slots, true, stats);
    } else if (type instanceof ArrowType.Binary) {
      return new BytesSink(place, budget, slots, false, stats);
    } else if (type instanceof ArrowType.Date) {
      return new FixedSink.Times(place, budget, slots, Kind.DATE);
    } else if (type instanceof ArrowType.Time) {
      return new FixedSink.Times(place, budget, slots, Kind.TIME);
    } else if (type instanceof ArrowType.Timestamp time) {
      int kind = time.getTimezone() == null ? Kind.LOCAL : Kind.INSTANT;
      return new FixedSink.Times(place, budget, slots, kind);
    }
    throw place.unreadable();
  }
}

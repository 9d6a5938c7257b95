package dev.envelope.scan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/**
 * Finds the type that holds the values of two entries' columns without a loss.
 *
 * <p>Integers widen to the next signed size that holds both, floats to the wider one, integers of
 * up to 32 bits with floats to float64; decimals to enough digits on both sides; times to the finer
 * unit; strings and bytes of all layouts are one type each; null widens to anything; structs to the
 * union of their fields. All else must be equal.
 */
final class TypeWidening {
  /** What becomes of values that no type holds as they are. */
  enum Otherwise {
    /** They have no common type. */
    NOTHING,
    /** Numbers that are decoded become float64; those that it does not hold fail when they come. */
    NUMBERS,
    /** Values that are decoded become text, numbers float64. */
    TEXT
  }

  private TypeWidening() {}

  /** The field that holds both, with the name of the first; empty where there is none. */
  static Optional<Field> widen(Field a, Field b) {
    return widen(a, b, Otherwise.NOTHING);
  }

  /** The field that holds both, or what is read otherwise. */
  static Optional<Field> widen(Field a, Field b, Otherwise otherwise) {
    Optional<Field> wide = lossless(a, b, otherwise);
    return wide.isPresent() || otherwise != Otherwise.TEXT
        ? wide
        : Optional.of(
            plain(
                a.getName(), a.isNullable() || b.isNullable(), ArrowType.Utf8.INSTANCE, List.of()));
  }

  private static Optional<Field> lossless(Field a, Field b, Otherwise otherwise) {
    boolean nullable = a.isNullable() || b.isNullable();
    if (b.getType() instanceof ArrowType.Null) {
      return Optional.of(plain(a.getName(), true, a.getType(), a.getChildren()));
    }
    if (a.getType() instanceof ArrowType.Null) {
      return Optional.of(plain(a.getName(), true, b.getType(), b.getChildren()));
    }
    if (isList(a.getType()) && isList(b.getType())) {
      ArrowType type = a.getType().equals(b.getType()) ? a.getType() : ArrowType.LargeList.INSTANCE;
      return widen(a.getChildren().get(0), b.getChildren().get(0), otherwise)
          .map(element -> plain(a.getName(), nullable, type, List.of(element)));
    }
    if (a.getType() instanceof ArrowType.Struct && b.getType() instanceof ArrowType.Struct) {
      return widenAll(a.getChildren(), b.getChildren(), otherwise)
          .map(fields -> plain(a.getName(), nullable, a.getType(), fields));
    }
    if (a.getType() instanceof ArrowType.Map && b.getType() instanceof ArrowType.Map) {
      return widenEntries(a.getChildren().get(0), b.getChildren().get(0), otherwise)
          .map(entries -> plain(a.getName(), nullable, a.getType(), List.of(entries)));
    }
    if (!a.getChildren().isEmpty() && !a.getChildren().equals(b.getChildren())) {
      return Optional.empty();
    }
    return widen(a.getType(), b.getType())
        .or(() -> otherwise == Otherwise.NOTHING ? Optional.empty() : numbers(a, b))
        .map(type -> plain(a.getName(), nullable, type, a.getChildren()));
  }

  private static Field plain(String name, boolean nullable, ArrowType type, List<Field> children) {
    return new Field(name, new FieldType(nullable, type, null), children);
  }

  /** Keys and values go by their place: writers name them differently. */
  private static Optional<Field> widenEntries(Field a, Field b, Otherwise otherwise) {
    Optional<Field> key = widen(a.getChildren().get(0), b.getChildren().get(0), otherwise);
    Optional<Field> value = widen(a.getChildren().get(1), b.getChildren().get(1), otherwise);
    return key.isEmpty() || value.isEmpty()
        ? Optional.empty()
        : Optional.of(plain(a.getName(), false, a.getType(), List.of(key.get(), value.get())));
  }

  private static Optional<List<Field>> widenAll(List<Field> a, List<Field> b, Otherwise otherwise) {
    Map<String, Field> fields = new LinkedHashMap<>();
    a.forEach(field -> fields.put(field.getName(), nullable(field)));
    for (Field field : b) {
      Field known = fields.get(field.getName());
      Optional<Field> both =
          known == null ? Optional.of(nullable(field)) : widen(known, field, otherwise);
      if (both.isEmpty()) {
        return Optional.empty();
      }
      fields.put(field.getName(), both.get());
    }
    return Optional.of(new ArrayList<>(fields.values()));
  }

  /** The field with nulls allowed. */
  static Field nullable(Field field) {
    if (field.isNullable()) {
      return field;
    }
    FieldType type =
        new FieldType(true, field.getType(), field.getDictionary(), field.getMetadata());
    return new Field(field.getName(), type, field.getChildren());
  }

  /**
   * Whether two fields hold the same values, in layouts that may differ: a reader of the one reads
   * the other. Nulls do not count, nor do the names of list elements and map entries.
   */
  static boolean sameValues(Field a, Field b) {
    if (!a.getType().equals(b.getType()) && !sameKind(a.getType(), b.getType())) {
      return false;
    }
    List<Field> below = a.getChildren();
    if (below.size() != b.getChildren().size()) {
      return false;
    }
    boolean named = a.getType() instanceof ArrowType.Struct;
    for (int i = 0; i < below.size(); i++) {
      Field other = b.getChildren().get(i);
      if ((named && !below.get(i).getName().equals(other.getName()))
          || !sameValues(below.get(i), other)) {
        return false;
      }
    }
    return true;
  }

  private static boolean sameKind(ArrowType a, ArrowType b) {
    return (isText(a) && isText(b))
        || (isBytes(a) && isBytes(b))
        || (isList(a) && isList(b))
        || (a instanceof ArrowType.Date && b instanceof ArrowType.Date)
        || (a instanceof ArrowType.Map && b instanceof ArrowType.Map);
  }

  private static boolean isList(ArrowType type) {
    return type instanceof ArrowType.List
        || type instanceof ArrowType.LargeList
        || type instanceof ArrowType.FixedSizeList
        || type instanceof ArrowType.ListView;
  }

  private static Optional<ArrowType> widen(ArrowType a, ArrowType b) {
    if (a.equals(b)) {
      return Optional.of(a);
    }
    if (a instanceof ArrowType.Int x && b instanceof ArrowType.Int y) {
      return integers(x, y);
    }
    if (a instanceof ArrowType.FloatingPoint x && b instanceof ArrowType.FloatingPoint y) {
      return Optional.of(x.getPrecision().compareTo(y.getPrecision()) >= 0 ? a : b);
    }
    if (a instanceof ArrowType.Int x && b instanceof ArrowType.FloatingPoint) {
      return integerAndFloat(x);
    }
    if (a instanceof ArrowType.FloatingPoint && b instanceof ArrowType.Int y) {
      return integerAndFloat(y);
    }
    if (a instanceof ArrowType.Decimal x && b instanceof ArrowType.Decimal y) {
      return decimals(x, y);
    }
    if (a instanceof ArrowType.Date && b instanceof ArrowType.Date) {
      return Optional.of(new ArrowType.Date(DateUnit.DAY));
    }
    if (a instanceof ArrowType.Time x && b instanceof ArrowType.Time y) {
      TimeUnit unit = finer(x.getUnit(), y.getUnit());
      return Optional.of(
          new ArrowType.Time(unit, unit.compareTo(TimeUnit.MICROSECOND) < 0 ? 32 : 64));
    }
    if (a instanceof ArrowType.Timestamp x
        && b instanceof ArrowType.Timestamp y
        && (x.getTimezone() == null) == (y.getTimezone() == null)) {
      return Optional.of(new ArrowType.Timestamp(finer(x.getUnit(), y.getUnit()), x.getTimezone()));
    }
    if (a instanceof ArrowType.Duration x && b instanceof ArrowType.Duration y) {
      return Optional.of(new ArrowType.Duration(finer(x.getUnit(), y.getUnit())));
    }
    if (isText(a) && isText(b)) {
      return Optional.of(ArrowType.Utf8.INSTANCE);
    }
    if (isBytes(a) && isBytes(b)) {
      return Optional.of(ArrowType.Binary.INSTANCE);
    }
    return Optional.empty();
  }

  private static Optional<ArrowType> numbers(Field a, Field b) {
    return isNumber(a.getType()) && isNumber(b.getType())
        ? Optional.of(new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE))
        : Optional.empty();
  }

  private static boolean isNumber(ArrowType type) {
    return type instanceof ArrowType.Int
        || type instanceof ArrowType.FloatingPoint
        || type instanceof ArrowType.Decimal;
  }

  private static Optional<ArrowType> integers(ArrowType.Int a, ArrowType.Int b) {
    if (a.getIsSigned() == b.getIsSigned()) {
      return Optional.of(a.getBitWidth() >= b.getBitWidth() ? a : b);
    }
    int signed = a.getIsSigned() ? a.getBitWidth() : b.getBitWidth();
    int unsigned = a.getIsSigned() ? b.getBitWidth() : a.getBitWidth();
    int width = Math.max(signed, 2 * unsigned);
    // An int64 and a uint64 have no common integer.
    return width > 64 ? Optional.empty() : Optional.of(new ArrowType.Int(width, true));
  }

  private static Optional<ArrowType> integerAndFloat(ArrowType.Int number) {
    // A float64 holds 53 bits.
    return number.getBitWidth() > 32
        ? Optional.empty()
        : Optional.of(new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE));
  }

  private static Optional<ArrowType> decimals(ArrowType.Decimal a, ArrowType.Decimal b) {
    int scale = Math.max(a.getScale(), b.getScale());
    int whole = Math.max(a.getPrecision() - a.getScale(), b.getPrecision() - b.getScale());
    int precision = whole + scale;
    if (precision > 76) {
      return Optional.empty();
    }
    return Optional.of(new ArrowType.Decimal(precision, scale, precision > 38 ? 256 : 128));
  }

  private static TimeUnit finer(TimeUnit a, TimeUnit b) {
    return a.compareTo(b) >= 0 ? a : b;
  }

  private static boolean isText(ArrowType type) {
    return type instanceof ArrowType.Utf8
        || type instanceof ArrowType.LargeUtf8
        || type instanceof ArrowType.Utf8View;
  }

  private static boolean isBytes(ArrowType type) {
    return type instanceof ArrowType.Binary
        || type instanceof ArrowType.LargeBinary
        || type instanceof ArrowType.BinaryView
        || type instanceof ArrowType.FixedSizeBinary;
  }
}

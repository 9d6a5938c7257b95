package dev.envelope.payload.document;

import dev.envelope.UnsupportedEntryException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/**
 * What one place of a document holds, over all the rows that were looked at, and the column that
 * follows from it. All the rules by which documents get their types are here; docs/kinds.md has
 * them as tables. Filled by one thread; nothing changes it once its table is made.
 */
final class Shape {
  /** How many columns a table may have. */
  static final int MOST_COLUMNS = 10_000;

  /** A map with more different keys than this is no struct. */
  private static final int MOST_FIELDS = 1_000;

  /** Up to here a struct may be mostly empty. */
  private static final int FEW_FIELDS = 32;

  /** How deep lists, maps and structs are nested in the types; what is below is text. */
  private static final int MOST_LEVELS = 64;

  /** How many places a document may have. */
  private static final int MOST_PLACES = 100_000;

  /** Doubles hold every integer up to here. */
  static final long EXACT = 1L << 53;

  private static final BigInteger UNSIGNED_MAX =
      BigInteger.ONE.shiftLeft(Long.SIZE).subtract(BigInteger.ONE);
  private static final BigInteger DECIMAL_LIMIT = BigInteger.TEN.pow(38);

  /** How many characters the keys of all places may have together; they are kept on the heap. */
  private static final int MOST_NAME_CHARS = 16 << 20;

  /** What all places of a document have together. */
  private static final class Total {
    private int places;
    private long nameChars;
  }

  private final int level;
  private final Total total;

  /** Which kinds were there; a bit of {@link Kind} each. */
  private int kinds;

  private boolean inexact;
  private boolean pastUnsigned;
  private boolean pastDecimal;
  private boolean tooDeep;

  private Shape element;

  /** The fields of a map, by number, while they may be a struct. */
  private Keys keys = new Keys();

  private List<String> names = new ArrayList<>();
  private List<Shape> fields = new ArrayList<>();
  private List<Long> fieldMaps = new ArrayList<>();
  private List<Long> lastMaps = new ArrayList<>();
  private long maps;
  private long filledMaps;
  private long slots;

  /** The values of all keys, once they are too many for a struct. */
  private Shape values;

  /** A place at the top. */
  Shape() {
    this(0, new Total());
  }

  private Shape(int level, Total total) {
    if (++total.places > MOST_PLACES) {
      throw new UnsupportedEntryException(
          "the document has more than "
              + MOST_PLACES
              + " different places for values; format = raw gives its bytes");
    }
    this.level = level;
    this.total = total;
  }

  /** A place for one column's values, of the same document. */
  Shape column() {
    return below();
  }

  private Shape below() {
    return new Shape(level + 1, total);
  }

  /** Looks at the value that the cursor is in front of. */
  void look(Cursor cursor) {
    int kind = cursor.next();
    kinds |= kind;
    switch (kind) {
      case Kind.INT -> inexact |= cursor.number() > EXACT || cursor.number() < -EXACT;
      case Kind.BIG -> lookAtBig(cursor.big());
      case Kind.LIST -> {
        if (tooDeep()) {
          CanonicalJson.pass(cursor, kind);
        } else {
          lookAtList(cursor);
        }
      }
      case Kind.MAP -> {
        if (tooDeep()) {
          CanonicalJson.pass(cursor, kind);
        } else {
          lookAtMap(cursor);
        }
      }
      default -> {
        // The kind says it all.
      }
    }
  }

  private boolean tooDeep() {
    tooDeep |= level >= MOST_LEVELS;
    return tooDeep;
  }

  private void lookAtBig(BigInteger number) {
    inexact = true;
    pastUnsigned |= number.signum() < 0 || number.compareTo(UNSIGNED_MAX) > 0;
    pastDecimal |= number.abs().compareTo(DECIMAL_LIMIT) >= 0;
  }

  private void lookAtList(Cursor cursor) {
    if (element == null) {
      element = below();
    }
    long size = cursor.size();
    for (long i = 0; cursor.more(i, size); i++) {
      element.look(cursor);
    }
  }

  private void lookAtMap(Cursor cursor) {
    long size = cursor.size();
    maps++;
    int previous = Keys.UNKNOWN;
    boolean filled = false;
    for (long i = 0; cursor.more(i, size); i++) {
      filled = true;
      cursor.key();
      if (values != null) {
        values.look(cursor);
        continue;
      }
      int number = keys.find(cursor, previous);
      if (number == Keys.UNKNOWN) {
        number = addField(cursor.keyText());
        if (number == Keys.UNKNOWN) {
          values.look(cursor);
          continue;
        }
      }
      previous = number;
      if (lastMaps.get(number) != maps) {
        lastMaps.set(number, maps);
        fieldMaps.set(number, fieldMaps.get(number) + 1);
        slots++;
      }
      fields.get(number).look(cursor);
    }
    filledMaps += filled ? 1 : 0;
  }

  private int addField(String name) {
    if (level == 0 && names.size() == MOST_COLUMNS) {
      throw new UnsupportedEntryException(
          "the rows of the document have more than "
              + MOST_COLUMNS
              + " different keys, too many for columns; format = raw gives its bytes");
    }
    if (level > 0 && names.size() == MOST_FIELDS) {
      mergeFields();
      return Keys.UNKNOWN;
    }
    total.nameChars += name.length();
    if (total.nameChars > MOST_NAME_CHARS) {
      throw new UnsupportedEntryException(
          "the keys of the document's maps have more than "
              + MOST_NAME_CHARS
              + " characters together; format = raw gives its bytes");
    }
    names.add(name);
    fields.add(below());
    fieldMaps.add(0L);
    lastMaps.add(0L);
    return keys.add(name);
  }

  private void mergeFields() {
    values = below();
    fields.forEach(values::take);
    keys = new Keys();
    names = new ArrayList<>();
    fields = new ArrayList<>();
    fieldMaps = new ArrayList<>();
    lastMaps = new ArrayList<>();
  }

  /** Adds what was seen at another place. */
  private void take(Shape other) {
    kinds |= other.kinds;
    inexact |= other.inexact;
    pastUnsigned |= other.pastUnsigned;
    pastDecimal |= other.pastDecimal;
    tooDeep |= other.tooDeep;
    if (other.element != null) {
      element = element == null ? below() : element;
      element.take(other.element);
    }
    if (other.values != null && values == null) {
      mergeFields();
    }
    if (other.values != null) {
      values.take(other.values);
    }
    for (int i = 0; i < other.fields.size(); i++) {
      takeField(other.names.get(i), other.fields.get(i), other.fieldMaps.get(i));
    }
    maps += other.maps;
    filledMaps += other.filledMaps;
    slots += other.slots;
  }

  private void takeField(String name, Shape field, long inMaps) {
    if (values == null) {
      int number = names.indexOf(name);
      number = number < 0 ? addField(name) : number;
      if (number != Keys.UNKNOWN) {
        fields.get(number).take(field);
        fieldMaps.set(number, fieldMaps.get(number) + inMaps);
        return;
      }
    }
    values.take(field);
  }

  /** Whether every value here is a map, and there is one: then its keys can be columns. */
  boolean holdsRows() {
    return (kinds & ~Kind.NULL) == Kind.MAP;
  }

  /** Whether a value of this kind was seen here. */
  boolean holds(int kind) {
    int known = (kind & Kind.NUMBERS) != 0 ? Kind.NUMBERS : kind;
    return (kinds & known) != 0;
  }

  /** Whether values here have no type in common, so that each becomes canonical JSON. */
  boolean isMixed() {
    int groups = kinds & ~Kind.NULL & ~Kind.NUMBERS;
    int count = Integer.bitCount(groups) + ((kinds & Kind.NUMBERS) != 0 ? 1 : 0);
    return tooDeep || count > 1;
  }

  /** Whether maps here are handed out as a struct, rather than as a map. */
  boolean isStruct() {
    if (values != null || filledMaps == 0) {
      return false;
    }
    boolean shared = fieldMaps.stream().anyMatch(count -> count == filledMaps);
    boolean dense = names.size() <= FEW_FIELDS || slots >= names.size() * filledMaps / 4;
    return shared && dense;
  }

  /** The names of a struct's fields, in the order of their first appearance. */
  List<String> names() {
    return names;
  }

  /** What the fields of a struct are, in the same order. */
  List<Shape> fields() {
    return fields;
  }

  /** What the values of a list are, or null where no list was seen. */
  Shape element() {
    return element;
  }

  /** What a field of a struct is, or null. */
  Shape field(String name) {
    int number = names.indexOf(name);
    return number < 0 ? null : fields.get(number);
  }

  /** What the values of a map are, whatever their keys; null where no map was seen. */
  Shape values() {
    if (values != null || fields.isEmpty()) {
      return values;
    }
    Shape all = new Shape(level + 1, new Total());
    fields.forEach(all::take);
    return all;
  }

  /**
   * The columns that the keys of the rows are.
   *
   * @param partial whether there are rows that were not looked at
   */
  List<Field> columns(boolean partial) {
    List<Field> columns = new ArrayList<>();
    boolean nulls = partial || (kinds & Kind.NULL) != 0;
    for (int i = 0; i < names.size(); i++) {
      boolean missing = nulls || fieldMaps.get(i) < maps;
      columns.add(fields.get(i).column(names.get(i), missing));
    }
    return columns;
  }

  /** The column of this place. */
  Field column(String name, boolean nulls) {
    return field(name, nulls || (kinds & Kind.NULL) != 0);
  }

  private Field field(String name, boolean nullable) {
    int all = kinds & ~Kind.NULL;
    if (all == 0) {
      return plain(name, true, ArrowType.Null.INSTANCE, List.of());
    }
    if (isMixed()) {
      return plain(name, nullable, ArrowType.Utf8.INSTANCE, List.of());
    }
    if (all == Kind.LIST) {
      Field item = element.field("item", true);
      return plain(name, nullable, ArrowType.List.INSTANCE, List.of(item));
    }
    if (all == Kind.MAP) {
      return isStruct() ? struct(name, nullable) : map(name, nullable);
    }
    return plain(name, nullable, scalar(all), List.of());
  }

  private Field struct(String name, boolean nullable) {
    List<Field> children = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      children.add(fields.get(i).field(names.get(i), true));
    }
    return plain(name, nullable, ArrowType.Struct.INSTANCE, children);
  }

  private Field map(String name, boolean nullable) {
    Field key = plain("key", false, ArrowType.Utf8.INSTANCE, List.of());
    Shape all = values();
    Field value =
        all == null
            ? plain("value", true, ArrowType.Null.INSTANCE, List.of())
            : all.field("value", true);
    Field entries = plain("entries", false, ArrowType.Struct.INSTANCE, List.of(key, value));
    return plain(name, nullable, new ArrowType.Map(false), List.of(entries));
  }

  private static Field plain(String name, boolean nullable, ArrowType type, List<Field> children) {
    return new Field(name, new FieldType(nullable, type, null), children);
  }

  private ArrowType scalar(int all) {
    return switch (all) {
      case Kind.BOOL -> ArrowType.Bool.INSTANCE;
      case Kind.INT -> new ArrowType.Int(Long.SIZE, true);
      case Kind.TEXT -> ArrowType.Utf8.INSTANCE;
      case Kind.BYTES -> ArrowType.Binary.INSTANCE;
      case Kind.INSTANT -> new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC");
      case Kind.LOCAL -> new ArrowType.Timestamp(TimeUnit.MICROSECOND, null);
      case Kind.DATE -> new ArrowType.Date(DateUnit.DAY);
      case Kind.TIME -> new ArrowType.Time(TimeUnit.MICROSECOND, Long.SIZE);
      default -> number(all);
    };
  }

  private ArrowType number(int all) {
    if ((all & Kind.DOUBLE) != 0) {
      // Text keeps what a float would round.
      return inexact
          ? ArrowType.Utf8.INSTANCE
          : new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
    }
    if (pastDecimal) {
      return ArrowType.Utf8.INSTANCE;
    }
    // Negative numbers beside unsigned ones of 64 bits have 19 digits at most.
    return new ArrowType.Decimal(pastUnsigned ? 38 : 20, 0, 128);
  }
}

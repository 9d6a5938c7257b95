package dev.envelope.payload.numpy;

import dev.envelope.CorruptEntryException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.memory.Region;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/**
 * Elements of one type in a region, one behind the other, as vectors. Little-endian numbers and
 * times are viewed where they lie; everything else is written anew. Immutable.
 *
 * @param type what they are
 * @param offset where the first one is
 * @param count how many there are
 */
public record Elements(NumpyType type, long offset, long count) {
  private static final long SECONDS_A_DAY = 86_400;

  /** NumPy's NaT. */
  private static final long NOT_A_TIME = Long.MIN_VALUE;

  /** Checks that so many bytes are there. */
  public Elements {
    if (count < 0 || offset < 0 || count > Long.MAX_VALUE / type.bytes()) {
      throw new IllegalArgumentException(count + " elements at " + offset);
    }
  }

  /** Whether nulls may be among them: only times have a value that says "none". */
  public boolean nullable() {
    return isTime();
  }

  private boolean isTime() {
    return type.kind() == 'M' || type.kind() == 'm';
  }

  /** A column of them. */
  public Field field(String name) {
    return new Field(name, new FieldType(nullable(), arrowType(), null), List.of());
  }

  private ArrowType arrowType() {
    return switch (type.kind()) {
      case 'b' -> ArrowType.Bool.INSTANCE;
      case 'i' -> new ArrowType.Int(type.bytes() * Byte.SIZE, true);
      case 'u' -> new ArrowType.Int(type.bytes() * Byte.SIZE, false);
      case 'f' ->
          new ArrowType.FloatingPoint(
              type.bytes() == Double.BYTES
                  ? FloatingPointPrecision.DOUBLE
                  : type.bytes() == Float.BYTES
                      ? FloatingPointPrecision.SINGLE
                      : FloatingPointPrecision.HALF);
      case 'M' ->
          isDays() ? new ArrowType.Date(DateUnit.DAY) : new ArrowType.Timestamp(unit(), null);
      case 'm' -> new ArrowType.Duration(unit());
      case 'U' -> ArrowType.Utf8.INSTANCE;
      case 'S' -> ArrowType.Binary.INSTANCE;
      default -> throw new IllegalStateException("no type for " + type);
    };
  }

  private boolean isDays() {
    return type.kind() == 'M' && type.perSecond() == -SECONDS_A_DAY;
  }

  /** Longer units than a second become seconds. */
  private TimeUnit unit() {
    if (type.perSecond() <= 1) {
      return TimeUnit.SECOND;
    }
    return type.perSecond() == 1_000
        ? TimeUnit.MILLISECOND
        : type.perSecond() == 1_000_000 ? TimeUnit.MICROSECOND : TimeUnit.NANOSECOND;
  }

  private boolean isViewed() {
    boolean native64 = !isTime() || (type.perSecond() > 0 && !isDays());
    return (!type.bigEndian() || type.bytes() == 1)
        && native64
        && "iufMm".indexOf(type.kind()) >= 0;
  }

  /**
   * Some elements.
   *
   * @param first the first one
   * @param length how many
   * @return a vector, which the caller closes
   * @throws CorruptEntryException when one of them is not sound
   */
  public FieldVector vector(
      String name, Region region, long first, int length, BufferAllocator allocator) {
    try (ArrowBuf bytes =
        region.view(offset + first * type.bytes(), (long) length * type.bytes())) {
      Field field = field(name);
      if (isViewed()) {
        return viewed(field, bytes, length, allocator);
      }
      FieldVector vector = field.createVector(allocator);
      try {
        vector.setInitialCapacity(length);
        vector.allocateNew();
        write(vector, bytes, length, offset + first * type.bytes());
        vector.setValueCount(length);
        return vector;
      } catch (RuntimeException | Error e) {
        vector.close();
        throw e;
      }
    }
  }

  /**
   * Some elements in the type of a table that also holds those of other entries: numbers are
   * written anew in a wider one.
   *
   * @param wanted the column of the table
   * @throws UnsupportedEntryException when the type does not hold them
   */
  public FieldVector vector(
      Field wanted, Region region, long first, int length, BufferAllocator allocator) {
    ArrowType type = wanted.getType();
    FieldVector own = vector(wanted.getName(), region, first, length, allocator);
    if (type.equals(own.getField().getType()) || type instanceof ArrowType.Null) {
      return own;
    }
    try (own) {
      return Numbers.widened(own, wanted, allocator);
    }
  }

  private FieldVector viewed(Field field, ArrowBuf bytes, int length, BufferAllocator allocator) {
    FieldVector vector = field.createVector(allocator);
    try (ArrowBuf validity = allocator.buffer((length + 63L) / 64 * 8)) {
      validity.setOne(0, validity.capacity());
      int nulls = 0;
      for (int i = 0; isTime() && i < length; i++) {
        if (bytes.getLong((long) i * Long.BYTES) == NOT_A_TIME) {
          nulls++;
          int at = i / Byte.SIZE;
          validity.setByte(at, validity.getByte(at) & ~(1 << i % Byte.SIZE));
        }
      }
      vector.loadFieldBuffers(new ArrowFieldNode(length, nulls), List.of(validity, bytes));
      return vector;
    } catch (RuntimeException | Error e) {
      vector.close();
      throw e;
    }
  }

  private void write(FieldVector vector, ArrowBuf bytes, int length, long at) {
    for (int i = 0; i < length; i++) {
      long from = (long) i * type.bytes();
      switch (type.kind()) {
        case 'b' -> ((BitVector) vector).set(i, bytes.getByte(from) == 0 ? 0 : 1);
        case 'U' -> text((VarCharVector) vector, i, bytes, from, at + from);
        case 'S' -> ((VarBinaryVector) vector).setSafe(i, unpadded(bytes, from, 1));
        case 'M', 'm' -> time(vector, i, bytes, from, at + from);
        default -> number(vector, i, bytes, from);
      }
    }
  }

  private void number(FieldVector vector, int slot, ArrowBuf bytes, long from) {
    ArrowBuf target = vector.getDataBuffer();
    long to = (long) slot * type.bytes();
    switch (type.bytes()) {
      case 2 -> target.setShort(to, Short.reverseBytes(bytes.getShort(from)));
      case 4 -> target.setInt(to, Integer.reverseBytes(bytes.getInt(from)));
      default -> target.setLong(to, Long.reverseBytes(bytes.getLong(from)));
    }
    BitVectorHelper.setBit(vector.getValidityBuffer(), slot);
  }

  private void time(FieldVector vector, int slot, ArrowBuf bytes, long from, long at) {
    long raw = bytes.getLong(from);
    long value = type.bigEndian() ? Long.reverseBytes(raw) : raw;
    if (value == NOT_A_TIME) {
      vector.setNull(slot);
      return;
    }
    if (isDays()) {
      if (value != (int) value) {
        throw new UnsupportedEntryException(
            "a date at byte %d is beyond the year 5,000,000, which no date of a table reaches"
                .formatted(at));
      }
      ((DateDayVector) vector).set(slot, (int) value);
      return;
    }
    long perUnit = type.perSecond() < 0 ? -type.perSecond() : 1;
    if (value > Long.MAX_VALUE / perUnit || value < -Long.MAX_VALUE / perUnit) {
      throw new UnsupportedEntryException(
          "a time at byte %d has more seconds than 64 bits hold".formatted(at));
    }
    vector.getDataBuffer().setLong((long) slot * Long.BYTES, value * perUnit);
    BitVectorHelper.setBit(vector.getValidityBuffer(), slot);
  }

  /** UTF-32 of NumPy's, which Java's own decoder takes halves of surrogate pairs from. */
  private void text(VarCharVector vector, int slot, ArrowBuf bytes, long from, long at) {
    ByteBuffer units =
        ByteBuffer.wrap(unpadded(bytes, from, Integer.BYTES))
            .order(type.bigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    StringBuilder text = new StringBuilder();
    while (units.hasRemaining()) {
      int character = units.getInt();
      if (!Character.isValidCodePoint(character)
          || (character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE)) {
        throw new CorruptEntryException("a text has a character that does not exist", at);
      }
      text.appendCodePoint(character);
    }
    vector.setSafe(slot, text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** NumPy pads texts and bytes with zeros to one width, and leaves them out again. */
  private byte[] unpadded(ArrowBuf bytes, long from, int unit) {
    int length = type.bytes();
    while (length > 0 && isZero(bytes, from + length - unit, unit)) {
      length -= unit;
    }
    byte[] value = new byte[length];
    bytes.getBytes(from, value);
    return value;
  }

  private static boolean isZero(ArrowBuf bytes, long at, int unit) {
    return unit == 1 ? bytes.getByte(at) == 0 : bytes.getInt(at) == 0;
  }
}

package dev.envelope.payload.numpy;

import dev.envelope.UnsupportedEntryException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FloatingPointVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.types.pojo.Field;

/** Numbers in another type that holds them. Stateless. */
final class Numbers {
  /** Integers up to here are numbers of 64 bits exactly. */
  private static final long MOST_EXACT = 1L << 53;

  private Numbers() {}

  /**
   * Writes numbers anew.
   *
   * @param from numbers without nulls
   * @return a vector of the wanted type, which the caller closes
   */
  static FieldVector widened(FieldVector from, Field wanted, BufferAllocator allocator) {
    FieldVector target = wanted.createVector(allocator);
    try {
      if (!isNumber(from) || !isNumber(target) || from instanceof UInt8Vector) {
        throw refused(from, wanted);
      }
      target.setInitialCapacity(from.getValueCount());
      target.allocateNew();
      for (int i = 0; i < from.getValueCount(); i++) {
        copy(from, target, i, wanted);
      }
      target.setValueCount(from.getValueCount());
      return target;
    } catch (RuntimeException | Error e) {
      target.close();
      throw e;
    }
  }

  private static boolean isNumber(FieldVector vector) {
    return vector instanceof BaseIntVector || vector instanceof FloatingPointVector;
  }

  private static void copy(FieldVector from, FieldVector target, int slot, Field wanted) {
    if (from instanceof FloatingPointVector real) {
      if (!(target instanceof FloatingPointVector to)) {
        throw refused(from, wanted);
      }
      to.setSafeWithPossibleTruncate(slot, real.getValueAsDouble(slot));
      return;
    }
    long value = unsigned(from, ((BaseIntVector) from).getValueAsLong(slot));
    if (target instanceof FloatingPointVector to) {
      if (value > MOST_EXACT || value < -MOST_EXACT) {
        throw refused(from, wanted);
      }
      to.setSafeWithPossibleTruncate(slot, (double) value);
      return;
    }
    ((BaseIntVector) target).setWithPossibleTruncate(slot, value);
    if (unsigned(target, ((BaseIntVector) target).getValueAsLong(slot)) != value) {
      throw refused(from, wanted);
    }
  }

  private static long unsigned(FieldVector vector, long value) {
    if (vector instanceof UInt1Vector) {
      return value & 0xFF;
    } else if (vector instanceof UInt2Vector) {
      return value & 0xFFFF;
    } else if (vector instanceof UInt4Vector) {
      return value & 0xFFFF_FFFFL;
    }
    return value;
  }

  private static UnsupportedEntryException refused(FieldVector from, Field wanted) {
    return new UnsupportedEntryException(
        "column '%s' is %s in this entry, with values that %s does not hold; read the entry apart"
            .formatted(wanted.getName(), from.getField().getType(), wanted.getType()));
  }
}

package dev.envelope.flink.types;

import dev.envelope.payload.value.DecimalDigits;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.TimeType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.apache.flink.table.types.logical.VarCharType;

/** Which Flink types hold every value of an Arrow type, whether they may be null or not. */
final class Widening {
  private Widening() {}

  /**
   * Whether values can be read as a wanted type, every one of them exactly.
   *
   * @param type an Arrow type without children that Flink has a type for
   */
  static boolean reads(ArrowType type, LogicalType wanted) {
    LogicalTypeRoot root = wanted.getTypeRoot();
    return switch (type.getTypeID()) {
      case Null -> true;
      case Bool -> root == LogicalTypeRoot.BOOLEAN;
      case Int -> holdsInteger((ArrowType.Int) type, wanted);
      case FloatingPoint ->
          root == LogicalTypeRoot.DOUBLE
              || (root == LogicalTypeRoot.FLOAT
                  && ((ArrowType.FloatingPoint) type).getPrecision()
                      != FloatingPointPrecision.DOUBLE);
      case Decimal -> isString(wanted) || holdsDecimal((ArrowType.Decimal) type, wanted);
      case Utf8, LargeUtf8, Utf8View -> isString(wanted);
      case Binary, LargeBinary, BinaryView, FixedSizeBinary ->
          wanted instanceof VarBinaryType bytes && bytes.getLength() == VarBinaryType.MAX_LENGTH;
      case Date -> root == LogicalTypeRoot.DATE;
      case Time -> holdsTime(((ArrowType.Time) type).getUnit(), wanted);
      case Timestamp -> holdsTimestamp((ArrowType.Timestamp) type, wanted);
      case Duration ->
          root == LogicalTypeRoot.BIGINT
              || (root == LogicalTypeRoot.INTERVAL_DAY_TIME
                  && FlinkTypes.digits(((ArrowType.Duration) type).getUnit()) <= 3);
      case Interval ->
          switch (((ArrowType.Interval) type).getUnit()) {
            case YEAR_MONTH -> root == LogicalTypeRoot.INTERVAL_YEAR_MONTH;
            case DAY_TIME -> root == LogicalTypeRoot.INTERVAL_DAY_TIME;
            case MONTH_DAY_NANO -> isMonthsDaysNanos(wanted);
          };
      default -> false;
    };
  }

  private static boolean isString(LogicalType wanted) {
    return wanted instanceof VarCharType text && text.getLength() == VarCharType.MAX_LENGTH;
  }

  private static boolean holdsInteger(ArrowType.Int type, LogicalType wanted) {
    return wanted instanceof DecimalType decimal
        ? digits(decimal).holds(DecimalDigits.of(type))
        : DecimalDigits.bits(type) <= integerBits(wanted);
  }

  /** How many bits of magnitude a Flink number keeps exactly; -1 for what is no number. */
  private static int integerBits(LogicalType type) {
    return switch (type.getTypeRoot()) {
      case TINYINT -> Byte.SIZE - 1;
      case SMALLINT -> Short.SIZE - 1;
      case INTEGER -> Integer.SIZE - 1;
      case BIGINT -> Long.SIZE - 1;
      case FLOAT -> DecimalDigits.FLOAT_BITS;
      case DOUBLE -> DecimalDigits.DOUBLE_BITS;
      default -> -1;
    };
  }

  private static boolean holdsDecimal(ArrowType.Decimal type, LogicalType wanted) {
    return wanted instanceof DecimalType decimal
        && DecimalDigits.of(type).filter(digits(decimal)::holds).isPresent();
  }

  private static DecimalDigits digits(DecimalType type) {
    return new DecimalDigits(type.getPrecision(), type.getScale());
  }

  /** As a number a time of any unit is nanoseconds, so that no two entries can disagree. */
  private static boolean holdsTime(TimeUnit unit, LogicalType wanted) {
    int digits = FlinkTypes.digits(unit);
    return wanted.getTypeRoot() == LogicalTypeRoot.BIGINT
        || (digits <= 3 && wanted instanceof TimeType time && time.getPrecision() >= digits);
  }

  private static boolean holdsTimestamp(ArrowType.Timestamp type, LogicalType wanted) {
    int digits = FlinkTypes.digits(type.getUnit());
    return FlinkTypes.hasZone(type)
        ? wanted instanceof LocalZonedTimestampType zoned && zoned.getPrecision() >= digits
        : wanted instanceof TimestampType plain && plain.getPrecision() >= digits;
  }

  /** By the types and the order of the parts; their names are the user's. */
  private static boolean isMonthsDaysNanos(LogicalType wanted) {
    if (!(wanted instanceof RowType row)
        || row.getFieldCount() != FlinkTypes.MONTHS_DAYS_NANOS.getFieldCount()) {
      return false;
    }
    for (int i = 0; i < row.getFieldCount(); i++) {
      if (row.getTypeAt(i).getTypeRoot()
          != FlinkTypes.MONTHS_DAYS_NANOS.getTypeAt(i).getTypeRoot()) {
        return false;
      }
    }
    return true;
  }
}

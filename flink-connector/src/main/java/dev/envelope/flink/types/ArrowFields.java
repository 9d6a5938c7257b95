package dev.envelope.flink.types;

import dev.envelope.UnsupportedEntryException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.apache.flink.table.types.logical.VarCharType;

/**
 * The Arrow fields that values are decoded into for a Flink type that a user asks for: the way back
 * from {@link FlinkTypes}. Stateless.
 */
public final class ArrowFields {
  private static final int DECIMAL_BITS = 128;

  private ArrowFields() {}

  /**
   * A field of a name, nullable where the type is.
   *
   * @throws UnsupportedEntryException naming the column and the type that nothing is decoded into
   */
  public static Field of(String name, LogicalType type) {
    return of(name, type.isNullable(), type, name);
  }

  private static Field of(String name, boolean nullable, LogicalType type, String path) {
    if (type instanceof ArrayType array) {
      Field element = of("item", true, array.getElementType(), FlinkTypes.elementOf(path));
      return field(name, nullable, ArrowType.List.INSTANCE, List.of(element));
    }
    if (type instanceof MapType map) {
      Field key = of("key", false, map.getKeyType(), FlinkTypes.keyOf(path));
      Field value = of("value", true, map.getValueType(), FlinkTypes.valueOf(path));
      Field entries = field("entries", false, ArrowType.Struct.INSTANCE, List.of(key, value));
      return field(name, nullable, new ArrowType.Map(false), List.of(entries));
    }
    if (type instanceof RowType row) {
      List<Field> fields = new ArrayList<>();
      for (RowType.RowField part : row.getFields()) {
        fields.add(of(part.getName(), true, part.getType(), path + "." + part.getName()));
      }
      return field(name, nullable, ArrowType.Struct.INSTANCE, fields);
    }
    return field(name, nullable, leaf(type, path), List.of());
  }

  private static Field field(String name, boolean nullable, ArrowType type, List<Field> children) {
    return new Field(name, new FieldType(nullable, type, null), children);
  }

  private static ArrowType leaf(LogicalType type, String path) {
    ArrowType found =
        switch (type.getTypeRoot()) {
          case BOOLEAN -> ArrowType.Bool.INSTANCE;
          case TINYINT -> new ArrowType.Int(Byte.SIZE, true);
          case SMALLINT -> new ArrowType.Int(Short.SIZE, true);
          case INTEGER -> new ArrowType.Int(Integer.SIZE, true);
          case BIGINT -> new ArrowType.Int(Long.SIZE, true);
          case FLOAT -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
          case DOUBLE -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
          case DECIMAL -> {
            DecimalType decimal = (DecimalType) type;
            yield new ArrowType.Decimal(decimal.getPrecision(), decimal.getScale(), DECIMAL_BITS);
          }
          case VARCHAR ->
              ((VarCharType) type).getLength() == VarCharType.MAX_LENGTH
                  ? ArrowType.Utf8.INSTANCE
                  : null;
          case VARBINARY ->
              ((VarBinaryType) type).getLength() == VarBinaryType.MAX_LENGTH
                  ? ArrowType.Binary.INSTANCE
                  : null;
          case DATE -> new ArrowType.Date(DateUnit.DAY);
          case TIMESTAMP_WITHOUT_TIME_ZONE ->
              timestamp(((TimestampType) type).getPrecision(), null);
          case TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
              timestamp(((LocalZonedTimestampType) type).getPrecision(), "UTC");
          default -> null;
        };
    if (found == null) {
      throw new UnsupportedEntryException(
          "column '%s' is declared %s, which nothing is decoded into; declare it as another type and cast it in the query"
              .formatted(path, type.asSummaryString()));
    }
    return found;
  }

  /** Python's times have microseconds, so that fewer digits would not hold them. */
  private static ArrowType timestamp(int digits, String zone) {
    return digits >= FlinkTypes.digits(TimeUnit.MICROSECOND)
        ? new ArrowType.Timestamp(TimeUnit.MICROSECOND, zone)
        : null;
  }
}

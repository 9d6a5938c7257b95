package dev.envelope.payload.document;

import java.util.List;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/**
 * The layout that a wanted field is decoded in: Arrow has several for texts, bytes, lists and
 * times, which hold the same values, and a table of other entries may be in any of them.
 */
final class Decoded {
  private Decoded() {}

  /** The field in the layout that is decoded. */
  static Field field(Field wanted) {
    List<Field> children = wanted.getChildren().stream().map(Decoded::field).toList();
    FieldType type = new FieldType(wanted.isNullable(), type(wanted.getType()), null);
    return new Field(wanted.getName(), type, children);
  }

  private static ArrowType type(ArrowType type) {
    if (type instanceof ArrowType.LargeUtf8 || type instanceof ArrowType.Utf8View) {
      return ArrowType.Utf8.INSTANCE;
    } else if (type instanceof ArrowType.LargeBinary
        || type instanceof ArrowType.BinaryView
        || type instanceof ArrowType.FixedSizeBinary) {
      return ArrowType.Binary.INSTANCE;
    } else if (type instanceof ArrowType.LargeList
        || type instanceof ArrowType.FixedSizeList
        || type instanceof ArrowType.ListView
        || type instanceof ArrowType.LargeListView) {
      return ArrowType.List.INSTANCE;
    } else if (type instanceof ArrowType.Date) {
      return new ArrowType.Date(DateUnit.DAY);
    } else if (type instanceof ArrowType.Time) {
      return new ArrowType.Time(TimeUnit.MICROSECOND, Long.SIZE);
    } else if (type instanceof ArrowType.Timestamp time) {
      return new ArrowType.Timestamp(TimeUnit.MICROSECOND, time.getTimezone());
    } else if (type instanceof ArrowType.FloatingPoint number
        && number.getPrecision() == FloatingPointPrecision.HALF) {
      return new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
    }
    return type;
  }
}

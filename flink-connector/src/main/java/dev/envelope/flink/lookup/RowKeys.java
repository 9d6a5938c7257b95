package dev.envelope.flink.lookup;

import java.util.List;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;

/**
 * The values that rows are compared by, in a form whose bytes are equal when all values are. Used
 * by one thread at a time.
 */
final class RowKeys {
  private final RowData.FieldGetter[] ofRow;
  private final RowData.FieldGetter[] ofKey;
  private final RowDataSerializer serializer;

  /**
   * Keys of rows.
   *
   * @param places where in a row they are
   */
  RowKeys(RowType rows, List<Integer> places) {
    LogicalType[] types = places.stream().map(rows::getTypeAt).toArray(LogicalType[]::new);
    this.ofRow = new RowData.FieldGetter[types.length];
    this.ofKey = new RowData.FieldGetter[types.length];
    for (int i = 0; i < types.length; i++) {
      // Flink's getters ask for nulls only where the type has them, and a join's keys may be null.
      LogicalType type = types[i].copy(true);
      ofRow[i] = RowData.createFieldGetter(type, places.get(i));
      ofKey[i] = RowData.createFieldGetter(type, i);
    }
    this.serializer = new RowDataSerializer(types);
  }

  /** The key of a row, or null where a part of it is null, which equals nothing. */
  BinaryRowData ofRow(RowData row) {
    return key(row, ofRow);
  }

  /** The key that a join asks for, or null as above. */
  BinaryRowData ofKey(RowData key) {
    return key(key, ofKey);
  }

  private BinaryRowData key(RowData row, RowData.FieldGetter[] getters) {
    GenericRowData values = new GenericRowData(getters.length);
    for (int i = 0; i < getters.length; i++) {
      Object value = getters[i].getFieldOrNull(row);
      if (value == null) {
        return null;
      }
      values.setField(i, value);
    }
    return serializer.toBinaryRow(values).copy();
  }
}

package dev.envelope.flink.vector;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.columnar.ColumnarRowData;
import org.apache.flink.table.data.columnar.vector.ColumnVector;
import org.apache.flink.table.data.columnar.vector.VectorizedColumnBatch;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.RowType;

/** What Flink finds in vectors, by its own getters, as Java's own values. */
public final class Values {
  private Values() {}

  /** The rows of a batch of columns. */
  public static List<RowData> rows(int count, ColumnVector... columns) {
    VectorizedColumnBatch batch = new VectorizedColumnBatch(columns);
    List<RowData> rows = new ArrayList<>();
    for (int row = 0; row < count; row++) {
      rows.add(new ColumnarRowData(batch, row));
    }
    return rows;
  }

  /** The values of one vector. */
  public static List<Object> of(ColumnVector vector, LogicalType type, int count) {
    return column(rows(count, vector), type);
  }

  /** The same after each row was copied as Flink copies rows that it keeps or sends. */
  public static List<Object> copied(ColumnVector vector, LogicalType type, int count) {
    RowDataSerializer serializer = new RowDataSerializer(type);
    List<RowData> copies = new ArrayList<>();
    for (RowData row : rows(count, vector)) {
      copies.add(serializer.toBinaryRow(row).copy());
    }
    return column(copies, type);
  }

  private static List<Object> column(List<RowData> rows, LogicalType type) {
    RowData.FieldGetter getter = RowData.createFieldGetter(type, 0);
    List<Object> values = new ArrayList<>();
    for (RowData row : rows) {
      values.add(plain(getter.getFieldOrNull(row), type));
    }
    return values;
  }

  /** A value of Flink's as one of Java's: decimals, strings, lists, maps; rows as maps by name. */
  public static Object plain(Object value, LogicalType type) {
    if (value instanceof StringData text) {
      return text.toString();
    } else if (value instanceof DecimalData decimal) {
      return decimal.toBigDecimal();
    } else if (value instanceof byte[] bytes) {
      List<Byte> list = new ArrayList<>();
      for (byte each : bytes) {
        list.add(each);
      }
      return list;
    } else if (value instanceof ArrayData array) {
      return list(array, ((ArrayType) type).getElementType());
    } else if (value instanceof MapData map) {
      List<Object> keys = list(map.keyArray(), ((MapType) type).getKeyType());
      List<Object> values = list(map.valueArray(), ((MapType) type).getValueType());
      Map<Object, Object> plain = new LinkedHashMap<>();
      for (int i = 0; i < keys.size(); i++) {
        plain.put(keys.get(i), values.get(i));
      }
      return plain;
    } else if (value instanceof RowData row) {
      Map<Object, Object> plain = new LinkedHashMap<>();
      List<RowType.RowField> fields = ((RowType) type).getFields();
      for (int i = 0; i < fields.size(); i++) {
        LogicalType part = fields.get(i).getType();
        Object found = RowData.createFieldGetter(part, i).getFieldOrNull(row);
        plain.put(fields.get(i).getName(), plain(found, part));
      }
      return plain;
    }
    return value;
  }

  private static List<Object> list(ArrayData array, LogicalType type) {
    ArrayData.ElementGetter getter = ArrayData.createElementGetter(type);
    List<Object> plain = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      plain.add(plain(getter.getElementOrNull(array, i), type));
    }
    return plain;
  }
}

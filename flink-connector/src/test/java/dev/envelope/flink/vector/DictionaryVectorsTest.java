package dev.envelope.flink.vector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.envelope.payload.Column;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.complex.impl.UnionListWriter;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.flink.table.data.columnar.ColumnarArrayData;
import org.apache.flink.table.data.columnar.vector.ColumnVector;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.BooleanType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.FloatType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.SmallIntType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.TinyIntType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Dictionary-encoded columns, with nulls among indices and among values. */
class DictionaryVectorsTest extends VectorSuite {
  private static final LogicalType TEXT = VarCharType.STRING_TYPE;

  /** Numbered words; every tenth is null where asked for. */
  private VarCharVector words(int count, boolean withNulls) {
    VarCharVector words = (VarCharVector) vector(ArrowType.Utf8.INSTANCE);
    words.allocateNew(count);
    for (int i = 0; i < count; i++) {
      if (withNulls && i % 10 == 3) {
        words.setNull(i);
      } else {
        words.setSafe(i, ("word " + i).getBytes(UTF_8));
      }
    }
    words.setValueCount(count);
    return words;
  }

  private FieldVector indices(int bits, boolean signed, int rows, int words, Nulls nulls) {
    BaseFixedWidthVector indices = (BaseFixedWidthVector) vector(new ArrowType.Int(bits, signed));
    indices.allocateNew(rows);
    for (int row = 0; row < rows; row++) {
      ((BaseIntVector) indices).setWithPossibleTruncate(row, row * 7L % words);
      if (nulls.at(row)) {
        // What lies under a null is nobody's business.
        ((BaseIntVector) indices).setWithPossibleTruncate(row, -1);
        indices.setNull(row);
      }
    }
    indices.setValueCount(rows);
    return indices;
  }

  @ParameterizedTest
  @CsvSource({
    "8, true, 128",
    "8, false, 256",
    "16, true, 300",
    "16, false, 65536",
    "32, true, 300",
    "32, false, 300",
    "64, true, 300",
    "64, false, 300"
  })
  void indicesOfEveryWidth(int bits, boolean signed, int count) {
    for (boolean nullWords : new boolean[] {false, true}) {
      for (Nulls nulls : Nulls.values()) {
        for (int rows : new int[] {0, 1, 65, 400, 70_000}) {
          try (VarCharVector words = words(count, nullWords);
              FieldVector indices = indices(bits, signed, rows, count, nulls);
              FieldVector odd = atOddAddresses(indices)) {
            checkWords(indices, words, count, nulls);
            checkWords(odd, words, count, nulls);
          }
        }
      }
    }
  }

  private static void checkWords(FieldVector indices, VarCharVector words, int count, Nulls nulls) {
    int rows = indices.getValueCount();
    List<Object> expected = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      int index = (int) (row * 7L % count);
      expected.add(nulls.at(row) || words.isNull(index) ? null : "word " + index);
    }
    ColumnVector read = ColumnVectors.of(encoded(indices, Column.of(words)), TEXT);
    assertEquals(expected, Values.of(read, TEXT, rows));
    assertEquals(expected, Values.copied(read, TEXT, rows));
  }

  @Test
  void numbersWidenAndArraysStayInside() {
    try (BigIntVector values = (BigIntVector) vector(new ArrowType.Int(64, true));
        FieldVector indices = indices(32, true, 20, 4, Nulls.AT_BORDERS)) {
      values.allocateNew(4);
      for (int i = 0; i < 4; i++) {
        values.set(i, 100 + i);
      }
      values.setValueCount(4);
      Column column = encoded(indices, Column.of(values));
      ColumnVector longs = ColumnVectors.of(column, new BigIntType());
      // Rows 0, 1, 8 and 16 are null, over an index of -1.
      assertArrayEquals(
          new long[] {0, 0, 102, 101, 100, 103, 102, 101, 0, 103},
          new ColumnarArrayData(longs, 0, 10).toLongArray());
      LogicalType wide = new DecimalType(22, 1);
      List<Object> decimals = Values.of(ColumnVectors.of(column, wide), wide, 3);
      assertEquals(Arrays.asList(null, null, new BigDecimal("102.0")), decimals);
    }
  }

  @ParameterizedTest
  @MethodSource("valueTypes")
  void valuesOfEveryType(ArrowType type, LogicalType wanted) {
    try (BaseFixedWidthVector values = (BaseFixedWidthVector) vector(type);
        FieldVector indices = indices(8, true, 65, 3, Nulls.AT_BORDERS)) {
      values.allocateNew(3);
      values.zeroVector();
      values.setIndexDefined(0);
      values.setIndexDefined(1);
      values.getDataBuffer().setByte(values instanceof BitVector ? 0 : values.getTypeWidth(), 2);
      values.setValueCount(3);
      List<Object> plain = Values.of(ColumnVectors.of(Column.of(values), wanted), wanted, 3);
      List<Object> expected = new ArrayList<>();
      for (int row = 0; row < 65; row++) {
        expected.add(Nulls.AT_BORDERS.at(row) ? null : plain.get(row * 7 % 3));
      }
      assertNotEquals(plain.get(0), plain.get(1));
      assertNull(plain.get(2));
      ColumnVector read = ColumnVectors.of(encoded(indices, Column.of(values)), wanted);
      assertEquals(expected, Values.of(read, wanted, 65));
      assertEquals(expected, Values.copied(read, wanted, 65));
    }
  }

  static List<Arguments> valueTypes() {
    return List.of(
        Arguments.of(ArrowType.Bool.INSTANCE, new BooleanType()),
        Arguments.of(new ArrowType.Int(8, true), new TinyIntType()),
        Arguments.of(new ArrowType.Int(16, true), new SmallIntType()),
        Arguments.of(new ArrowType.Int(32, true), new IntType()),
        Arguments.of(new ArrowType.Int(64, false), new DecimalType(20, 0)),
        Arguments.of(new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE), new FloatType()),
        Arguments.of(new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE), new DoubleType()),
        Arguments.of(new ArrowType.Timestamp(TimeUnit.NANOSECOND, null), new TimestampType(9)),
        Arguments.of(new ArrowType.Decimal(9, 2, 128), new DecimalType(9, 2)),
        Arguments.of(
            new ArrowType.FixedSizeBinary(2), new VarBinaryType(VarBinaryType.MAX_LENGTH)));
  }

  @Test
  void insideAListAndAStruct() {
    try (VarCharVector words = words(4, true);
        ListVector list = ListVector.empty("c", allocator);
        StructVector struct = StructVector.empty("s", allocator)) {
      list.addOrGetVector(FieldType.nullable(new ArrowType.Int(8, true)));
      list.allocateNew();
      TinyIntVector elements = (TinyIntVector) list.getDataVector();
      int next = 0;
      for (int row = 0; row < 3; row++) {
        list.startNewValue(row);
        for (int i = 0; i < row + 1; i++) {
          elements.setSafe(next, next % 4);
          next++;
        }
        list.endValue(row, row + 1);
      }
      list.setValueCount(3);
      Column inside = encoded(elements, Column.of(words));
      Column column = new Column(list.getField(), list, 0, List.of(inside), null);
      LogicalType wanted = new ArrayType(TEXT);
      assertEquals(
          List.of(
              List.of("word 0"),
              List.of("word 1", "word 2"),
              Arrays.asList(null, "word 0", "word 1")),
          Values.of(ColumnVectors.of(column, wanted), wanted, 3));

      struct.setValueCount(3);
      for (int row = 0; row < 3; row++) {
        struct.setIndexDefined(row);
      }
      Column structColumn = new Column(struct.getField(), struct, 0, List.of(inside), null);
      String name = elements.getField().getName();
      RowType row = RowType.of(new LogicalType[] {TEXT}, new String[] {name});
      assertEquals(
          Map.of(name, "word 2"), Values.of(ColumnVectors.of(structColumn, row), row, 3).get(2));
    }
  }

  @Test
  void overStructsAndLists() {
    try (StructVector values = StructVector.empty("c", allocator);
        ListVector lists = ListVector.empty("l", allocator);
        FieldVector indices = indices(16, true, 9, 3, Nulls.AT_BORDERS)) {
      BigIntVector number =
          values.addOrGet("n", FieldType.nullable(new ArrowType.Int(64, true)), BigIntVector.class);
      values.allocateNew();
      for (int i = 0; i < 3; i++) {
        values.setIndexDefined(i);
        number.setSafe(i, 10L * i);
      }
      values.setNull(1);
      values.setValueCount(3);
      RowType row = RowType.of(new LogicalType[] {new BigIntType()}, new String[] {"n"});
      // Indices of rows 2 to 7: 2, 0, 1, 2, 0, 1; the value at 1 is null.
      Map<String, Long> zero = Map.of("n", 0L);
      Map<String, Long> twenty = Map.of("n", 20L);
      assertEquals(
          Arrays.asList(null, null, twenty, zero, null, twenty, zero, null, null),
          Values.of(ColumnVectors.of(encoded(indices, Column.of(values)), row), row, 9));

      UnionListWriter writer = lists.getWriter();
      for (int i = 0; i < 3; i++) {
        writer.setPosition(i);
        writer.startList();
        for (int n = 0; n < i; n++) {
          writer.writeBigInt(n);
        }
        writer.endList();
      }
      lists.setValueCount(3);
      LogicalType longs = new ArrayType(new BigIntType());
      assertEquals(
          Arrays.asList(
              null,
              null,
              List.of(0L, 1L),
              List.of(),
              List.of(0L),
              List.of(0L, 1L),
              List.of(),
              List.of(0L),
              null),
          Values.of(ColumnVectors.of(encoded(indices, Column.of(lists)), longs), longs, 9));
    }
  }
}

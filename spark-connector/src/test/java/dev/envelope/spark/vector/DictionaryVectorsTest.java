package dev.envelope.spark.vector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.payload.Column;
import java.util.List;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dictionary-encoded columns, with nulls among indices and among values. */
class DictionaryVectorsTest extends VectorSuite {

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
              FieldVector odd = Columns.atOddAddresses(indices, allocator)) {
            checkWords(indices, words, count, nulls);
            checkWords(odd, words, count, nulls);
          }
        }
      }
    }
  }

  private static void checkWords(FieldVector indices, VarCharVector words, int count, Nulls nulls) {
    ColumnVector read =
        ColumnVectors.of(Columns.encoded(indices, Columns.of(words)), DataTypes.StringType, false);
    int rows = indices.getValueCount();
    int missing = 0;
    for (int row = 0; row < rows; row++) {
      int index = (int) (row * 7L % count);
      if (nulls.at(row) || words.isNull(index)) {
        missing++;
        assertTrue(read.isNullAt(row));
        assertNull(read.getUTF8String(row));
        assertNull(read.getBinary(row));
      } else {
        assertEquals(UTF8String.fromString("word " + index), read.getUTF8String(row));
      }
    }
    assertEquals(missing, read.numNulls());
    assertTrue(read.hasNull() || missing == 0);
  }

  @Test
  void numbersWidenAndBulkReadsStayInside() {
    try (BigIntVector values = (BigIntVector) vector(new ArrowType.Int(64, true));
        FieldVector indices = indices(32, true, 20, 4, Nulls.AT_BORDERS)) {
      values.allocateNew(4);
      for (int i = 0; i < 4; i++) {
        values.set(i, 100 + i);
      }
      values.setValueCount(4);
      Column column = Columns.encoded(indices, Columns.of(values));
      ColumnVector longs = ColumnVectors.of(column, DataTypes.LongType, false);
      // Rows 0, 1, 8 and 16 are null, over an index of -1.
      assertArrayEquals(
          new long[] {0, 0, 102, 101, 100, 103, 102, 101, 0, 103}, longs.getLongs(0, 10));
      ColumnVector decimals = ColumnVectors.of(column, DataTypes.createDecimalType(22, 1), false);
      assertEquals("102.0", decimals.getDecimal(2, 22, 1).toString());
      assertNull(decimals.getDecimal(0, 22, 1));
    }
  }

  @Test
  void insideAListAndAStruct() {
    Field code = Field.nullable("code", new ArrowType.Int(8, true));
    try (VarCharVector words = words(4, true);
        ListVector list = ListVector.empty("c", allocator);
        StructVector struct = StructVector.empty("s", allocator)) {
      list.addOrGetVector(org.apache.arrow.vector.types.pojo.FieldType.nullable(code.getType()));
      list.allocateNew();
      var elements = (org.apache.arrow.vector.TinyIntVector) list.getDataVector();
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
      Column column =
          new Column(
              list.getField(),
              list,
              0,
              List.of(Columns.encoded(elements, Columns.of(words))),
              null);
      ColumnVector read =
          ColumnVectors.of(column, DataTypes.createArrayType(DataTypes.StringType), false);
      assertEquals(UTF8String.fromString("word 0"), read.getArray(0).getUTF8String(0));
      assertEquals(3, read.getArray(2).numElements());
      assertTrue(read.getArray(2).isNullAt(0));
      assertEquals(UTF8String.fromString("word 1"), read.getArray(2).getUTF8String(2));

      Column encoded = Columns.encoded(elements, Columns.of(words));
      struct.setValueCount(6);
      Column structColumn = new Column(struct.getField(), struct, 0, List.of(encoded), null);
      StructType type = new StructType().add(elements.getField().getName(), DataTypes.StringType);
      var row = ColumnVectors.of(structColumn, type, false).getStruct(2);
      assertEquals(UTF8String.fromString("word 2"), row.getUTF8String(0));
    }
  }

  @Test
  void overStructs() {
    try (StructVector values = StructVector.empty("c", allocator);
        FieldVector indices = indices(16, true, 9, 3, Nulls.AT_BORDERS)) {
      var number =
          values.addOrGet(
              "n",
              org.apache.arrow.vector.types.pojo.FieldType.nullable(new ArrowType.Int(64, true)),
              BigIntVector.class);
      values.allocateNew();
      for (int i = 0; i < 3; i++) {
        values.setIndexDefined(i);
        number.setSafe(i, 10L * i);
      }
      values.setNull(1);
      values.setValueCount(3);
      ColumnVector read =
          ColumnVectors.of(
              Columns.encoded(indices, Columns.of(values)),
              new StructType().add("n", DataTypes.LongType),
              false);
      assertNull(read.getStruct(0)); // no index
      assertNull(read.getStruct(4)); // index 1, which is null
      assertEquals(20, read.getStruct(2).getLong(0));
      assertEquals(0, read.getStruct(3).getLong(0));
    }
  }
}

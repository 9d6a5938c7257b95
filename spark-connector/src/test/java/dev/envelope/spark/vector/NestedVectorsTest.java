package dev.envelope.spark.vector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.CorruptEntryException;
import dev.envelope.UnsupportedEntryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.LargeListViewVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.ListViewVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Lists, maps and structs, in and around each other. */
class NestedVectorsTest extends VectorSuite {
  private static final FieldType INT = FieldType.nullable(new ArrowType.Int(32, true));
  private static final FieldType LONG = FieldType.nullable(new ArrowType.Int(64, true));

  static List<ArrowType> listTypes() {
    return List.of(
        ArrowType.List.INSTANCE,
        ArrowType.LargeList.INSTANCE,
        new ArrowType.FixedSizeList(3),
        ArrowType.ListView.INSTANCE,
        ArrowType.LargeListView.INSTANCE);
  }

  private static int start(FieldVector list, int row) {
    if (list instanceof ListVector plain) {
      return plain.startNewValue(row);
    } else if (list instanceof LargeListVector large) {
      return (int) large.startNewValue(row);
    } else if (list instanceof ListViewVector view) {
      return view.startNewValue(row);
    } else if (list instanceof LargeListViewVector view) {
      return view.startNewValue(row);
    }
    return ((FixedSizeListVector) list).startNewValue(row);
  }

  private static void end(FieldVector list, int row, int size) {
    if (list instanceof ListVector plain) {
      plain.endValue(row, size);
    } else if (list instanceof LargeListVector large) {
      large.endValue(row, size);
    } else if (list instanceof ListViewVector view) {
      view.endValue(row, size);
    } else if (list instanceof LargeListViewVector view) {
      view.endValue(row, size);
    }
  }

  private FieldVector list(ArrowType type, int rows, Nulls nulls) {
    Field field =
        new Field("c", FieldType.nullable(type), List.of(new Field("item", INT, List.of())));
    FieldVector list = field.createVector(allocator);
    list.allocateNew();
    IntVector elements = (IntVector) list.getChildrenFromFields().get(0);
    for (int row = 0; row < rows; row++) {
      if (nulls.at(row)) {
        list.setNull(row);
        continue;
      }
      int size = type instanceof ArrowType.FixedSizeList ? 3 : row % 5;
      int at = start(list, row);
      for (int i = 0; i < size; i++) {
        if ((row + i) % 4 == 0) {
          elements.setNull(at + i);
        } else {
          elements.setSafe(at + i, row * 10 + i);
        }
      }
      end(list, row, size);
    }
    elements.setValueCount(rows * 5);
    list.setValueCount(rows);
    return list;
  }

  private static Object elements(ColumnVector vector, int row) {
    ColumnarArray array = vector.getArray(row);
    if (array == null) {
      return null;
    }
    List<Long> elements = new ArrayList<>();
    for (int i = 0; i < array.numElements(); i++) {
      elements.add(array.isNullAt(i) ? null : array.getLong(i));
    }
    return elements;
  }

  private static Object asLongs(Object list) {
    List<Long> longs = new ArrayList<>();
    for (Object element : (List<?>) list) {
      longs.add(element == null ? null : ((Integer) element).longValue());
    }
    return longs;
  }

  @ParameterizedTest
  @MethodSource("listTypes")
  void lists(ArrowType type) {
    DataType wanted = DataTypes.createArrayType(DataTypes.LongType);
    for (Nulls nulls : Nulls.values()) {
      for (int rows : LENGTHS) {
        try (FieldVector list = list(type, rows, nulls);
            FieldVector odd = Columns.atOddAddresses(list, allocator)) {
          compare(Columns.of(list), wanted, false, NestedVectorsTest::elements, o -> asLongs(o));
          compare(Columns.of(odd), wanted, false, NestedVectorsTest::elements, o -> asLongs(o));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Nulls.class)
  void maps(Nulls nulls) {
    for (int rows : LENGTHS) {
      try (MapVector map = map(rows, nulls);
          MapVector odd = Columns.atOddAddresses(map, allocator)) {
        for (MapVector each : List.of(map, odd)) {
          ColumnVector read =
              ColumnVectors.of(
                  Columns.of(each),
                  DataTypes.createMapType(DataTypes.StringType, DataTypes.LongType),
                  false);
          for (int row = 0; row < rows; row++) {
            assertEquals(nulls.at(row), read.isNullAt(row));
            if (nulls.at(row)) {
              assertNull(read.getMap(row));
              continue;
            }
            var entries = read.getMap(row);
            assertEquals(row % 3, entries.numElements());
            for (int i = 0; i < row % 3; i++) {
              assertEquals(UTF8String.fromString("k" + i), entries.keyArray().getUTF8String(i));
              assertEquals(i == 1, entries.valueArray().isNullAt(i));
              if (i != 1) {
                assertEquals(row + i, entries.valueArray().getLong(i));
              }
            }
          }
        }
      }
    }
  }

  private MapVector map(int rows, Nulls nulls) {
    Field key = Field.notNullable("key", ArrowType.Utf8.INSTANCE);
    Field value = new Field("value", LONG, List.of());
    Field entries =
        new Field("entries", FieldType.notNullable(ArrowType.Struct.INSTANCE), List.of(key, value));
    Field field = new Field("c", FieldType.nullable(new ArrowType.Map(false)), List.of(entries));
    MapVector map = (MapVector) field.createVector(allocator);
    map.allocateNew();
    StructVector pairs = (StructVector) map.getDataVector();
    VarCharVector keys = (VarCharVector) pairs.getChildrenFromFields().get(0);
    BigIntVector values = (BigIntVector) pairs.getChildrenFromFields().get(1);
    int next = 0;
    for (int row = 0; row < rows; row++) {
      if (nulls.at(row)) {
        map.setNull(row);
        continue;
      }
      map.startNewValue(row);
      for (int i = 0; i < row % 3; i++) {
        pairs.setIndexDefined(next);
        keys.setSafe(next, ("k" + i).getBytes(UTF_8));
        if (i == 1) {
          values.setNull(next);
        } else {
          values.setSafe(next, row + i);
        }
        next++;
      }
      map.endValue(row, row % 3);
    }
    keys.setValueCount(next);
    values.setValueCount(next);
    map.setValueCount(rows);
    return map;
  }

  @Test
  void nullKeysAreCorrupt() {
    try (MapVector map = map(10, Nulls.NONE)) {
      VarCharVector keys = (VarCharVector) map.getDataVector().getChildrenFromFields().get(0);
      keys.setNull(0);
      var error =
          assertThrows(
              CorruptEntryException.class,
              () ->
                  ColumnVectors.of(
                      Columns.of(map),
                      DataTypes.createMapType(DataTypes.StringType, DataTypes.LongType),
                      false));
      assertEquals("corrupt entry: null keys in the map 'c'", error.getMessage());
    }
  }

  private StructVector struct(int rows, Nulls nulls) {
    StructVector struct = StructVector.empty("c", allocator);
    IntVector a = struct.addOrGet("a", INT, IntVector.class);
    VarCharVector b =
        struct.addOrGet("b", FieldType.nullable(ArrowType.Utf8.INSTANCE), VarCharVector.class);
    struct.allocateNew();
    for (int row = 0; row < rows; row++) {
      if (nulls.at(row)) {
        struct.setNull(row);
        a.setNull(row);
        b.setNull(row);
      } else {
        struct.setIndexDefined(row);
        a.setSafe(row, row);
        b.setSafe(row, ("b" + row).getBytes(UTF_8));
      }
    }
    struct.setValueCount(rows);
    return struct;
  }

  @ParameterizedTest
  @EnumSource(Nulls.class)
  void structsAreMatchedByName(Nulls nulls) {
    StructType wanted =
        new StructType()
            .add("b", DataTypes.StringType)
            .add("missing", new StructType().add("deep", DataTypes.IntegerType))
            .add("a", DataTypes.LongType);
    for (int rows : LENGTHS) {
      try (StructVector struct = struct(rows, nulls);
          StructVector odd = Columns.atOddAddresses(struct, allocator)) {
        for (StructVector each : List.of(struct, odd)) {
          ColumnVector read = ColumnVectors.of(Columns.of(each), wanted, false);
          for (int row = 0; row < rows; row++) {
            assertEquals(nulls.at(row), read.isNullAt(row));
            if (nulls.at(row)) {
              assertNull(read.getStruct(row));
            } else {
              var fields = read.getStruct(row);
              assertEquals(UTF8String.fromString("b" + row), fields.getUTF8String(0));
              assertTrue(fields.isNullAt(1));
              assertEquals(row, fields.getLong(2));
              assertEquals(row, fields.copy().getLong(2));
            }
          }
        }
      }
    }
  }

  @Test
  void notNullIsCheckedWhereStructsAreNotNull() {
    StructType strict = new StructType().add("a", DataTypes.IntegerType, false);
    try (StructVector struct = struct(20, Nulls.AT_BORDERS)) {
      ColumnVector read = ColumnVectors.of(Columns.of(struct), strict, false);
      assertEquals(5, read.getStruct(5).getInt(0));
      ((IntVector) struct.getChild("a")).setNull(5);
      var error =
          assertThrows(
              UnsupportedEntryException.class,
              () -> ColumnVectors.of(Columns.of(struct), strict, false));
      assertEquals(
          "column 'c.a' is declared NOT NULL but holds nulls; declare it nullable",
          error.getMessage());
    }
    try (FieldVector list = list(ArrowType.List.INSTANCE, 20, Nulls.NONE)) {
      var error =
          assertThrows(
              UnsupportedEntryException.class,
              () ->
                  ColumnVectors.of(
                      Columns.of(list),
                      DataTypes.createArrayType(DataTypes.IntegerType, false),
                      false));
      assertTrue(error.getMessage().startsWith("column 'c.element' is declared NOT NULL"));
    }
  }

  @Test
  void listsOfStructsOfLists() {
    Field inner =
        new Field(
            "inner",
            FieldType.nullable(ArrowType.List.INSTANCE),
            List.of(new Field("item", LONG, List.of())));
    Field item = new Field("item", FieldType.nullable(ArrowType.Struct.INSTANCE), List.of(inner));
    Field field = new Field("c", FieldType.nullable(ArrowType.List.INSTANCE), List.of(item));
    try (ListVector list = (ListVector) field.createVector(allocator)) {
      var writer = list.getWriter();
      for (int row = 0; row < 10; row++) {
        writer.setPosition(row);
        writer.startList();
        for (int i = 0; i < row % 3; i++) {
          writer.struct().start();
          writer.struct().end();
        }
        writer.endList();
      }
      writer.setValueCount(10);
      DataType wanted =
          DataTypes.createArrayType(
              new StructType().add("inner", DataTypes.createArrayType(DataTypes.LongType)));
      ColumnVector read = ColumnVectors.of(Columns.of(list), wanted, false);
      for (int row = 0; row < 10; row++) {
        ColumnarArray array = read.getArray(row);
        assertEquals(row % 3, array.numElements());
        for (int i = 0; i < row % 3; i++) {
          assertFalse(array.isNullAt(i));
          assertTrue(array.getStruct(i, 1).isNullAt(0));
          assertNull(array.getStruct(i, 1).getArray(0));
        }
      }
    }
  }

  @Test
  void nullsOfAnyType() {
    Map<String, DataType> types =
        Map.of(
            "void", DataTypes.NullType,
            "int", DataTypes.IntegerType,
            "text", DataTypes.StringType,
            "list", DataTypes.createArrayType(DataTypes.LongType),
            "interval", DataTypes.CalendarIntervalType,
            "struct", new StructType().add("x", new StructType().add("y", DataTypes.LongType)));
    try (NullVector vector = new NullVector("c", 7)) {
      types.forEach(
          (name, type) -> {
            for (ColumnVector read :
                List.of(
                    ColumnVectors.of(Columns.of(vector), type, false),
                    ColumnVectors.nulls(type, 7))) {
              assertEquals(7, read.numNulls());
              assertTrue(read.hasNull());
              assertTrue(read.isNullAt(6));
              assertEquals(0, read.getInts(0, 7)[6]);
              assertNull(read.getStruct(0));
              assertNull(read.getArray(0));
              assertNull(read.getMap(0));
              assertNull(read.getInterval(0));
              assertNull(read.getUTF8String(0));
              assertNull(read.getDecimal(0, 5, 2));
            }
          });
    }
    assertFalse(ColumnVectors.nulls(DataTypes.LongType, 0).hasNull());
  }
}

package dev.envelope.flink.vector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.CorruptEntryException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.flink.types.FlinkTypes;
import dev.envelope.payload.Column;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
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
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.columnar.vector.ColumnVector;
import org.apache.flink.table.data.columnar.vector.RowColumnVector;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.BooleanType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.FloatType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.SmallIntType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.TinyIntType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Lists, maps and structs, in and around each other. */
class NestedVectorsTest extends VectorSuite {
  private static final FieldType INT = FieldType.nullable(new ArrowType.Int(32, true));
  private static final FieldType LONG = FieldType.nullable(new ArrowType.Int(64, true));

  private static final LogicalType LONGS = new ArrayType(new BigIntType());
  private static final LogicalType TEXT_TO_LONG =
      new MapType(VarCharType.STRING_TYPE, new BigIntType());

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
    for (Nulls nulls : Nulls.values()) {
      for (int rows : LENGTHS) {
        try (FieldVector list = list(type, rows, nulls)) {
          compareAll(list, LONGS, NestedVectorsTest::asLongs);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Nulls.class)
  void maps(Nulls nulls) {
    for (int rows : LENGTHS) {
      try (MapVector map = map(rows, nulls)) {
        compareAll(map, TEXT_TO_LONG, NestedVectorsTest::asMap);
      }
    }
  }

  /** Arrow gives a list of structs; a value that is null is left out of its struct. */
  private static Object asMap(Object list) {
    Map<Object, Object> map = new HashMap<>();
    for (Object entry : (List<?>) list) {
      Map<?, ?> pair = (Map<?, ?>) entry;
      map.put(pair.get("key").toString(), pair.get("value"));
    }
    return map;
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
              CorruptEntryException.class, () -> ColumnVectors.of(Column.of(map), TEXT_TO_LONG));
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

  private static RowType row(RowType.RowField... fields) {
    return new RowType(List.of(fields));
  }

  private static RowType.RowField field(String name, LogicalType type) {
    return new RowType.RowField(name, type);
  }

  @ParameterizedTest
  @EnumSource(Nulls.class)
  void structsAreMatchedByName(Nulls nulls) {
    RowType wanted =
        row(
            field("b", VarCharType.STRING_TYPE),
            field("missing", row(field("deep", new IntType()))),
            field("a", new BigIntType()));
    for (int rows : LENGTHS) {
      try (StructVector struct = struct(rows, nulls)) {
        compareAll(
            struct,
            wanted,
            object -> {
              Map<Object, Object> expected = new HashMap<>();
              expected.put("b", ((Map<?, ?>) object).get("b").toString());
              expected.put("missing", null);
              expected.put("a", ((Integer) ((Map<?, ?>) object).get("a")).longValue());
              return expected;
            });
      }
    }
  }

  @Test
  void rowsOfAStructAreKeptApart() {
    try (StructVector struct = struct(3, Nulls.NONE)) {
      var read =
          (RowColumnVector) ColumnVectors.of(Column.of(struct), row(field("a", new IntType())));
      RowData first = read.getRow(0);
      RowData last = read.getRow(2);
      assertEquals(0, first.getInt(0));
      assertEquals(2, last.getInt(0));
    }
  }

  @Test
  void notNullIsCheckedWhereRowsAreNotNull() {
    RowType strict = row(field("a", new IntType(false)));
    try (StructVector struct = struct(20, Nulls.AT_BORDERS)) {
      assertEquals(
          Map.of("a", 5),
          Values.of(ColumnVectors.of(Column.of(struct), strict), strict, 20).get(5));
      ((IntVector) struct.getChild("a")).setNull(5);
      refused(struct, strict, "c.a");
    }
    try (StructVector struct = struct(20, Nulls.NONE)) {
      refused(struct, row(field("missing", new IntType(false))), "c.missing");
    }
    try (FieldVector list = list(ArrowType.List.INSTANCE, 20, Nulls.NONE)) {
      refused(list, new ArrayType(new IntType(false)), "c.element");
    }
    try (MapVector map = map(20, Nulls.NONE)) {
      refused(map, new MapType(VarCharType.STRING_TYPE, new BigIntType(false)), "c.value");
    }
  }

  private static void refused(FieldVector vector, LogicalType strict, String path) {
    var error =
        assertThrows(
            UnsupportedEntryException.class, () -> ColumnVectors.of(Column.of(vector), strict));
    assertEquals(
        "column '" + path + "' is declared NOT NULL but holds nulls; declare it nullable",
        error.getMessage());
  }

  @Test
  void otherKindsAreRefused() {
    try (StructVector struct = struct(3, Nulls.NONE);
        MapVector map = map(3, Nulls.NONE);
        FieldVector list = list(ArrowType.List.INSTANCE, 3, Nulls.NONE)) {
      for (FieldVector vector : List.of(struct, map, list)) {
        var error =
            assertThrows(
                UnsupportedEntryException.class,
                () -> ColumnVectors.of(Column.of(vector), new IntType()));
        assertTrue(error.getMessage().startsWith("column 'c' is a"), error.getMessage());
      }
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
          if (i == 1) {
            var numbers = writer.struct().list("inner");
            numbers.startList();
            numbers.bigInt().writeBigInt(row);
            numbers.endList();
          }
          writer.struct().end();
        }
        writer.endList();
      }
      writer.setValueCount(10);
      LogicalType wanted = new ArrayType(row(field("inner", LONGS)));
      assertEquals(FlinkTypes.of(field), wanted);
      List<Object> expected = new ArrayList<>();
      for (int row = 0; row < 10; row++) {
        Map<Object, Object> without = new HashMap<>();
        without.put("inner", null);
        List<Object> all = List.of(without, Map.of("inner", List.of((long) row)));
        expected.add(all.subList(0, row % 3));
      }
      ColumnVector read = ColumnVectors.of(Column.of(list), wanted);
      assertEquals(expected, Values.of(read, wanted, 10));
      assertEquals(expected, Values.copied(read, wanted, 10));
    }
  }

  @Test
  void nullsOfAnyType() {
    List<LogicalType> types =
        List.of(
            new BooleanType(),
            new TinyIntType(),
            new SmallIntType(),
            new IntType(),
            new BigIntType(),
            new FloatType(),
            new DoubleType(),
            new DecimalType(20, 2),
            VarCharType.STRING_TYPE,
            new TimestampType(9),
            LONGS,
            TEXT_TO_LONG,
            row(field("x", row(field("y", new BigIntType())))));
    List<Object> nulls = Collections.nCopies(7, null);
    try (NullVector vector = new NullVector("c", 7)) {
      for (LogicalType type : types) {
        if (!(type instanceof ArrayType || type instanceof MapType || type instanceof RowType)) {
          compareAll(vector, type, object -> object);
        }
        for (ColumnVector read :
            List.of(ColumnVectors.of(Column.of(vector), type), ColumnVectors.nulls())) {
          assertEquals(nulls, Values.of(read, type, 7));
          assertEquals(nulls, Values.copied(read, type, 7));
        }
      }
    }
  }
}

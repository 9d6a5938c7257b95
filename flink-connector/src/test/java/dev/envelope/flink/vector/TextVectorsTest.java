package dev.envelope.flink.vector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.payload.Column;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.LargeVarBinaryVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.UuidVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.ViewVarBinaryVector;
import org.apache.arrow.vector.ViewVarCharVector;
import org.apache.arrow.vector.extension.UuidType;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.flink.table.data.columnar.vector.BytesColumnVector;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.Test;

/** Strings and bytes in all their layouts. */
class TextVectorsTest extends VectorSuite {
  private static final LogicalType BYTES = new VarBinaryType(VarBinaryType.MAX_LENGTH);

  private static Object sameText(Object object) {
    return object.toString();
  }

  private static Object sameBytes(Object object) {
    List<Byte> bytes = new ArrayList<>();
    for (byte each : (byte[]) object) {
      bytes.add(each);
    }
    return bytes;
  }

  /** Empty ones, and ones around the 12 bytes that a view holds inline. */
  private static byte[] text(int row) {
    return "añ\uD83D\uDC0D漢字kit-0123456789"
        .repeat(4)
        .substring(0, row % 40 == 4 ? 6 : row % 40)
        .getBytes(UTF_8);
  }

  private static byte[] bytes(int row) {
    byte[] bytes = new byte[row % 30];
    new Random(row).nextBytes(bytes);
    return bytes;
  }

  @Test
  void strings() {
    check(
        ArrowType.Utf8.INSTANCE,
        VarCharVector.class,
        (v, row) -> v.setSafe(row, text(row)),
        VarCharType.STRING_TYPE,
        TextVectorsTest::sameText);
    check(
        ArrowType.LargeUtf8.INSTANCE,
        LargeVarCharVector.class,
        (v, row) -> v.setSafe(row, text(row)),
        VarCharType.STRING_TYPE,
        TextVectorsTest::sameText);
    check(
        ArrowType.Utf8View.INSTANCE,
        ViewVarCharVector.class,
        (v, row) -> v.setSafe(row, text(row)),
        VarCharType.STRING_TYPE,
        TextVectorsTest::sameText);
  }

  @Test
  void runsOfBytes() {
    check(
        ArrowType.Binary.INSTANCE,
        VarBinaryVector.class,
        (v, row) -> v.setSafe(row, bytes(row)),
        BYTES,
        TextVectorsTest::sameBytes);
    check(
        ArrowType.LargeBinary.INSTANCE,
        LargeVarBinaryVector.class,
        (v, row) -> v.setSafe(row, bytes(row)),
        BYTES,
        TextVectorsTest::sameBytes);
    check(
        ArrowType.BinaryView.INSTANCE,
        ViewVarBinaryVector.class,
        (v, row) -> v.setSafe(row, bytes(row)),
        BYTES,
        TextVectorsTest::sameBytes);
    check(
        new ArrowType.FixedSizeBinary(5),
        FixedSizeBinaryVector.class,
        (v, row) -> v.setSafe(row, Arrays.copyOf(bytes(row), 5)),
        BYTES,
        TextVectorsTest::sameBytes);
  }

  @Test
  void viewsIntoSeveralBuffers() {
    try (ViewVarCharVector vector = (ViewVarCharVector) vector(ArrowType.Utf8View.INSTANCE)) {
      vector.setInitialCapacity(500, 4);
      vector.allocateNew();
      for (int row = 0; row < 500; row++) {
        vector.setSafe(row, ("row-".repeat(200) + row).getBytes(UTF_8));
      }
      vector.setValueCount(500);
      assertTrue(vector.getDataBuffers().size() > 1);
      compareAll(vector, VarCharType.STRING_TYPE, TextVectorsTest::sameText);
    }
  }

  @Test
  void aStringHasAnArrayOfItsOwn() {
    try (VarCharVector vector = (VarCharVector) vector(ArrowType.Utf8.INSTANCE)) {
      vector.allocateNew(2);
      vector.setSafe(0, "abc".getBytes(UTF_8));
      vector.setSafe(1, "de".getBytes(UTF_8));
      vector.setValueCount(2);
      var read = (BytesColumnVector) ColumnVectors.of(Column.of(vector), VarCharType.STRING_TYPE);
      BytesColumnVector.Bytes bytes = read.getBytes(1);
      // Flink cuts parts of arrays wrongly in arrays of bytes: (data, offset, length) as (from,
      // to).
      assertEquals(0, bytes.offset);
      assertEquals(2, bytes.data.length);
      assertEquals(2, bytes.len);
      vector.getDataBuffer().setByte(3, 'D');
      assertEquals("de", new String(bytes.data, UTF_8));
      assertEquals("De", new String(read.getBytes(1).data, UTF_8));
    }
  }

  @Test
  void extensionTypesAreReadAsTheirStorage() {
    UUID id = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
    try (UuidVector vector = (UuidVector) vector(UuidType.INSTANCE)) {
      vector.allocateNew();
      vector.setSafe(0, id);
      vector.setNull(1);
      vector.setValueCount(2);
      var read = (BytesColumnVector) ColumnVectors.of(Column.of(vector), BYTES);
      ByteBuffer bytes = ByteBuffer.wrap(read.getBytes(0).data);
      assertEquals(id, new UUID(bytes.getLong(), bytes.getLong()));
      assertTrue(read.isNullAt(1));
    }
  }
}

package dev.envelope.spark.vector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
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
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.Test;

/** Strings and bytes in all their layouts. */
class TextVectorsTest extends VectorSuite {
  private static final Getter TEXT = ColumnVector::getUTF8String;

  private static Object bytesAt(ColumnVector vector, int row) {
    byte[] bytes = vector.getBinary(row);
    return bytes == null ? null : ByteBuffer.wrap(bytes);
  }

  private static Object sameText(Object object) {
    return UTF8String.fromString(object.toString());
  }

  private static Object sameBytes(Object object) {
    return ByteBuffer.wrap((byte[]) object);
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
        DataTypes.StringType,
        TEXT,
        TextVectorsTest::sameText);
    check(
        ArrowType.LargeUtf8.INSTANCE,
        LargeVarCharVector.class,
        (v, row) -> v.setSafe(row, text(row)),
        DataTypes.StringType,
        TEXT,
        TextVectorsTest::sameText);
    check(
        ArrowType.Utf8View.INSTANCE,
        ViewVarCharVector.class,
        (v, row) -> v.setSafe(row, text(row)),
        DataTypes.StringType,
        TEXT,
        TextVectorsTest::sameText);
  }

  @Test
  void runsOfBytes() {
    check(
        ArrowType.Binary.INSTANCE,
        VarBinaryVector.class,
        (v, row) -> v.setSafe(row, bytes(row)),
        DataTypes.BinaryType,
        TextVectorsTest::bytesAt,
        TextVectorsTest::sameBytes);
    check(
        ArrowType.LargeBinary.INSTANCE,
        LargeVarBinaryVector.class,
        (v, row) -> v.setSafe(row, bytes(row)),
        DataTypes.BinaryType,
        TextVectorsTest::bytesAt,
        TextVectorsTest::sameBytes);
    check(
        ArrowType.BinaryView.INSTANCE,
        ViewVarBinaryVector.class,
        (v, row) -> v.setSafe(row, bytes(row)),
        DataTypes.BinaryType,
        TextVectorsTest::bytesAt,
        TextVectorsTest::sameBytes);
    check(
        new ArrowType.FixedSizeBinary(5),
        FixedSizeBinaryVector.class,
        (v, row) -> v.setSafe(row, Arrays.copyOf(bytes(row), 5)),
        DataTypes.BinaryType,
        TextVectorsTest::bytesAt,
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
      compare(Columns.of(vector), DataTypes.StringType, false, TEXT, TextVectorsTest::sameText);
      try (ViewVarCharVector odd = Columns.atOddAddresses(vector, allocator)) {
        compare(Columns.of(odd), DataTypes.StringType, false, TEXT, TextVectorsTest::sameText);
      }
    }
  }

  @Test
  void aStringIsAViewOfTheEntry() {
    try (VarCharVector vector = (VarCharVector) vector(ArrowType.Utf8.INSTANCE)) {
      vector.allocateNew(2);
      vector.setSafe(0, "abc".getBytes(UTF_8));
      vector.setSafe(1, "de".getBytes(UTF_8));
      vector.setValueCount(2);
      UTF8String read =
          ColumnVectors.of(Columns.of(vector), DataTypes.StringType, false).getUTF8String(1);
      assertNull(read.getBaseObject());
      assertEquals(vector.getDataBufferAddress() + 3, read.getBaseOffset());
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
      ColumnVector read = ColumnVectors.of(Columns.of(vector), DataTypes.BinaryType, false);
      ByteBuffer bytes = ByteBuffer.wrap(read.getBinary(0));
      assertEquals(id, new UUID(bytes.getLong(), bytes.getLong()));
      assertTrue(read.isNullAt(1));
    }
  }
}

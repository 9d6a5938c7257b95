package dev.envelope.payload.numpy;

import static dev.envelope.payload.numpy.Arrays.array;
import static dev.envelope.payload.numpy.Arrays.shape;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.memory.AllocatedRegion;
import dev.envelope.payload.Batch;
import dev.envelope.payload.BatchReader;
import dev.envelope.payload.DecodeStats;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Little-endian numbers and times are not copied: a change of the region is seen in the vector. */
final class NumpyViewsTest {
  private static final int BYTES = 4 << 20;

  @ParameterizedTest
  @CsvSource({
    "<i2, true",
    "|u1, true",
    ">i1, true",
    "<f4, true",
    "<f8, true",
    "<u8, true",
    "<f2, true",
    "<M8[ns], true",
    "<M8[s], true",
    "<m8[us], true",
    ">i2, false",
    ">f8, false",
    "bool, false",
    "<M8[D], false",
    "<M8[h], false",
    "<U1, false"
  })
  void viewedOrWrittenAnew(String dtype, boolean viewed) {
    NumpyType type = NumpyType.of(dtype, 0);
    int rows = BYTES / type.bytes();
    try (BufferAllocator root = new RootAllocator();
        BufferAllocator mine = root.newChildAllocator("vectors", 0, Long.MAX_VALUE);
        AllocatedRegion region = Arrays.region(root, array(dtype, shape(rows), new byte[BYTES]))) {
      NumpyTable table = NumpyTable.of(region, Arrays.BEFORE);
      try (BatchReader reader = table.reader(region, table.fields(), mine, new DecodeStats());
          Batch batch = reader.read(0)) {
        FieldVector vector = batch.columns().get(0).vector();
        assertEquals(viewed, isWithin(region, vector.getDataBuffer()), dtype);
        String before = vector.getObject(1).toString();
        change(region, region.size() - BYTES + type.bytes());
        assertEquals(!viewed, before.equals(vector.getObject(1).toString()), dtype);
        if (viewed) {
          // The bitmap of validity is all that is made.
          assertTrue(mine.getPeakMemoryAllocation() <= rows / 4 + 64, dtype);
        }
      }
      assertEquals(0, mine.getAllocatedMemory());
    }
  }

  @Test
  void theElementsOfListsAreViewed() {
    int rows = BYTES / 8 / 16;
    try (BufferAllocator root = new RootAllocator();
        BufferAllocator mine = root.newChildAllocator("vectors", 0, Long.MAX_VALUE);
        AllocatedRegion region =
            Arrays.region(root, array("<f8", shape(rows, 4, 4), new byte[BYTES]))) {
      NumpyTable table = NumpyTable.of(region, Arrays.BEFORE);
      try (BatchReader reader = table.reader(region, table.fields(), mine, new DecodeStats());
          Batch batch = reader.read(0)) {
        FieldVector vector = batch.columns().get(0).vector();
        FieldVector inner =
            ((FixedSizeListVector) ((FixedSizeListVector) vector).getDataVector()).getDataVector();
        assertTrue(isWithin(region, inner.getDataBuffer()));
        assertTrue(mine.getPeakMemoryAllocation() < BYTES / 16);
      }
      assertEquals(0, mine.getAllocatedMemory());
    }
  }

  @Test
  void aBatchKeepsItsBytesWhenTheRegionIsClosed() {
    try (BufferAllocator root = new RootAllocator()) {
      byte[] elements = Arrays.elements(java.nio.ByteOrder.LITTLE_ENDIAN, 8, 41, 42);
      AllocatedRegion region = Arrays.region(root, array("<i8", shape(2), elements));
      NumpyTable table = NumpyTable.of(region, Arrays.BEFORE);
      BatchReader reader = table.reader(region, table.fields(), root, new DecodeStats());
      Batch batch = reader.read(0);
      reader.close();
      region.close();
      assertEquals(42L, batch.columns().get(0).vector().getObject(1));
      batch.close();
      assertEquals(0, root.getAllocatedMemory());
    }
  }

  private static boolean isWithin(AllocatedRegion region, ArrowBuf buffer) {
    try (ArrowBuf whole = region.view(0, region.size())) {
      long from = whole.memoryAddress();
      return buffer.memoryAddress() >= from && buffer.memoryAddress() < from + region.size();
    }
  }

  private static void change(AllocatedRegion region, long at) {
    try (ArrowBuf bytes = region.view(at, 1)) {
      bytes.setByte(0, 0x41);
    }
  }
}

package dev.envelope.payload.raw;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.CorruptEntryException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.memory.AllocatedRegion;
import dev.envelope.memory.Allocators;
import dev.envelope.memory.Region;
import dev.envelope.payload.Batch;
import dev.envelope.payload.BatchReader;
import dev.envelope.payload.DecodeStats;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One row over the bytes themselves, which lives as long as its batch. */
final class RawTableTest {
  private BufferAllocator allocator;

  @BeforeEach
  void open() {
    // Offsets and validity, and no copy of anything.
    allocator = Allocators.child("raw", 1024);
  }

  @AfterEach
  void everythingIsGivenBack() {
    allocator.close();
    assertEquals(0, Allocators.root().getAllocatedMemory());
  }

  private static AllocatedRegion region(int size) {
    AllocatedRegion region = AllocatedRegion.allocate(Allocators.allocated(), size, 0);
    try (ArrowBuf bytes = region.view(0, size)) {
      for (int i = 0; i < size; i++) {
        bytes.setByte(i, i % 100);
      }
    }
    return region;
  }

  private Batch read(RawTable table, Region region, List<Field> columns) {
    try (BatchReader reader = table.reader(region, columns, allocator, new DecodeStats())) {
      return reader.read(0);
    }
  }

  private static VarBinaryVector value(Batch batch) {
    return (VarBinaryVector) batch.columns().get(0).vector();
  }

  @Test
  void theValueLiesWhereThePayloadDoes() {
    RawTable table = new RawTable(37, 50_000);
    assertEquals(1, table.batchCount());
    assertEquals(1, table.rows(0));
    assertEquals(50_000, table.bytes(0));
    AllocatedRegion region = region(50_037);
    try (Batch batch = read(table, region, table.fields());
        ArrowBuf payload = region.view(37, 50_000)) {
      VarBinaryVector value = value(batch);
      assertEquals(1, batch.rowCount());
      assertEquals(payload.memoryAddress(), value.getDataBuffer().memoryAddress());
      assertEquals(0, value.getNullCount());
      byte[] bytes = value.get(0);
      assertEquals(50_000, bytes.length);
      assertEquals(37, bytes[0]);
      payload.setByte(49_999, 113);
      assertEquals(113, value.get(0)[49_999]);
      region.close();
      assertEquals(113, value.get(0)[49_999], "a batch holds the memory");
    }
  }

  @Test
  void anEmptyPayloadIsAnEmptyValue() {
    RawTable table = new RawTable(10, 0);
    try (Region region = region(10);
        Batch batch = read(table, region, table.fields())) {
      assertArrayEquals(new byte[0], value(batch).get(0));
      assertEquals(0, value(batch).getNullCount());
    }
  }

  @Test
  void onlyTheColumnThatThereIsIsFound() {
    RawTable table = new RawTable(0, 10);
    Field other = Field.nullable("other", ArrowType.Binary.INSTANCE);
    try (Region region = region(10);
        Batch batch = read(table, region, List.of(table.fields().get(0), other))) {
      assertEquals(10, value(batch).get(0).length);
      assertNull(batch.columns().get(1));
    }
    try (Region region = region(10);
        Batch batch = read(table, region, List.of())) {
      assertEquals(1, batch.rowCount());
    }
  }

  @Test
  void whatNoValueCanBeIsRefused() {
    assertEquals(Integer.MAX_VALUE, new RawTable(0, Integer.MAX_VALUE).bytes(0));
    UnsupportedEntryException e =
        assertThrows(UnsupportedEntryException.class, () -> new RawTable(0, 1L << 31));
    assertTrue(e.getMessage().contains("2147483648 bytes"), e.getMessage());
  }

  @Test
  void aPayloadBeyondItsRegionLeavesNothingBehind() {
    RawTable table = new RawTable(0, 11);
    try (Region region = region(10)) {
      assertThrows(CorruptEntryException.class, () -> read(table, region, table.fields()).close());
    }
  }
}

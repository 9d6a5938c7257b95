package dev.envelope.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.memory.Allocators;
import dev.envelope.memory.Region;
import dev.envelope.payload.Batch;
import dev.envelope.payload.DecodeStats;
import dev.envelope.payload.arrow.ArrowBatchReader;
import dev.envelope.payload.arrow.ArrowFile;
import dev.envelope.scan.ScanMetrics;
import dev.envelope.scan.ScanPlan;
import dev.envelope.scan.ScanTask;
import dev.envelope.scan.TaskBatch;
import dev.envelope.scan.TaskReader;
import dev.envelope.store.Store;
import dev.envelope.store.StoredEntry;
import java.nio.ByteBuffer;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is computed on is what the socket wrote: one region for each entry, and views of it. */
final class ZeroCopyTest {
  private static final byte[] VALUE =
      StoredValues.table(4, 3, 65_536, (batch, column, row) -> 1_000L * row + 10L * column + batch);

  @RegisterExtension static final OneServer REDIS = new OneServer();

  @Test
  void aByteChangedInTheRegionShowsInTheColumnAndTheOtherWayRound() {
    REDIS.set("k", VALUE);
    ScanPlan plan = REDIS.scan("k").plan();
    int arrowAt = 7 + ByteBuffer.wrap(VALUE).getInt(3) + 8;
    try (Store store = plan.location().open();
        StoredEntry entry = store.open(plan.entries().get(0).id());
        BufferAllocator allocator = Allocators.child("zero copy", Long.MAX_VALUE);
        Region region = entry.region(allocator, arrowAt);
        ArrowBuf bytes = region.view(0, region.size());
        ArrowBatchReader reader =
            new ArrowBatchReader(
                ArrowFile.open(region, arrowAt),
                region,
                new int[] {2},
                allocator,
                new DecodeStats());
        Batch batch = reader.read(1)) {
      assertEquals(VALUE.length, region.size());
      BigIntVector column = (BigIntVector) batch.columns().get(0).vector();
      assertEquals(0, (bytes.memoryAddress() + arrowAt) % 64, "the Arrow file is not aligned");
      long at = column.getDataBufferAddress() - bytes.memoryAddress();
      assertTrue(at >= 0 && at + 8L * 65_536 <= bytes.capacity(), "the column is elsewhere");
      assertEquals(42_021, column.get(42));
      bytes.setLong(at + 42 * 8, -1);
      assertEquals(-1, column.get(42));
      column.getDataBuffer().setLong(43 * 8, -2);
      assertEquals(-2, bytes.getLong(at + 43 * 8));
    }
  }

  @Test
  void theTasksOfAnEntryShareOneRegion() {
    REDIS.set("k", VALUE);
    ScanPlan plan = REDIS.scan("k").plan();
    ScanTask task = plan.tasks(RedisScan.columns(plan), 1, Long.MAX_VALUE).get(0);
    ScanMetrics metrics = new ScanMetrics();
    try (TaskReader one = new TaskReader(task, "one", metrics);
        TaskReader two = new TaskReader(task, "two", metrics);
        TaskBatch first = one.next();
        TaskBatch second = two.next()) {
      BigIntVector a = (BigIntVector) first.columns().get(0).vector();
      BigIntVector b = (BigIntVector) second.columns().get(0).vector();
      assertEquals(a.getDataBufferAddress(), b.getDataBufferAddress());
      a.getDataBuffer().setLong(0, -1);
      assertEquals(-1, b.get(0));
      assertEquals(VALUE.length, metrics.copiedBytes(), "it crossed once");
      assertEquals(0, metrics.decompressedBytes());
      long held = Allocators.allocated().getAllocatedMemory();
      assertTrue(held <= 1.02 * VALUE.length, held + " bytes for " + VALUE.length);
      assertTrue(metrics.peakBytes() <= 1.02 * VALUE.length, metrics.peakBytes() + " bytes");
    }
  }
}

package dev.envelope.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.ForeignAllocation;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BigIntVector;
import org.junit.jupiter.api.Test;

/** Memory is aligned, exactly counted, limited, given back, and poisoned when asked. */
final class AllocatorsTest {

  @Test
  void addressesAreMultiplesOf64AndSizesAreKept() {
    try (BufferAllocator allocator = Allocators.child("sizes", Long.MAX_VALUE)) {
      List<ArrowBuf> buffers = new ArrayList<>();
      long total = 0;
      for (long size : new long[] {1, 7, 63, 64, 65, 1000, 4097, 1 << 20, (1 << 20) + 1}) {
        ArrowBuf buffer = allocator.buffer(size);
        buffers.add(buffer);
        total += size;
        assertEquals(0, buffer.memoryAddress() % 64, "address of " + size + " bytes");
        assertEquals(size, buffer.capacity());
        assertEquals(total, allocator.getAllocatedMemory());
        MemoryUtil.setMemory(buffer.memoryAddress(), size, (byte) 1);
      }
      buffers.forEach(ArrowBuf::close);
      assertEquals(0, allocator.getAllocatedMemory());
      assertEquals(total, allocator.getPeakMemoryAllocation());
    }
  }

  @Test
  void emptyBuffersHaveAnAddressAndCostNothing() {
    try (BufferAllocator allocator = Allocators.child("empty", 0);
        ArrowBuf buffer = allocator.buffer(0)) {
      assertEquals(0, buffer.capacity());
      assertNotEquals(0, buffer.memoryAddress());
    }
  }

  @Test
  void theLimitIsExactAndRaisesArrowsError() {
    try (BufferAllocator allocator = Allocators.child("limited", 1000)) {
      try (ArrowBuf buffer = allocator.buffer(1000)) {
        assertEquals(1000, buffer.capacity());
        OutOfMemoryException error =
            assertThrows(OutOfMemoryException.class, () -> allocator.buffer(1));
        assertTrue(error.getMessage().contains("Current allocation: 1000"), error.getMessage());
      }
      assertEquals(0, allocator.getAllocatedMemory());
    }
  }

  @Test
  void sizesBeyondTheMachineRaiseArrowsErrorAndCountNothing() {
    try (BufferAllocator allocator = Allocators.child("huge", Long.MAX_VALUE)) {
      assertThrows(OutOfMemoryException.class, () -> allocator.buffer(1L << 55));
      assertThrows(OutOfMemoryException.class, () -> allocator.buffer(Long.MAX_VALUE - 1));
      assertEquals(0, allocator.getAllocatedMemory());
    }
  }

  @Test
  void vectorsGrowInIt() {
    try (BufferAllocator allocator = Allocators.child("vectors", Long.MAX_VALUE);
        BigIntVector vector = new BigIntVector("v", allocator)) {
      for (int i = 0; i < 10_000; i++) {
        vector.setSafe(i, i);
      }
      vector.setValueCount(10_000);
      assertEquals(9_999, vector.get(9_999));
    }
  }

  @Test
  void foreignAllocationsAreCountedAndReleasedOnce() {
    AtomicInteger released = new AtomicInteger();
    long address = MemoryUtil.allocateMemory(300);
    try (BufferAllocator allocator = Allocators.child("foreign", 300)) {
      ArrowBuf buffer =
          allocator.wrapForeignAllocation(
              new ForeignAllocation(300, address) {
                @Override
                protected void release0() {
                  released.incrementAndGet();
                }
              });
      assertEquals(300, allocator.getAllocatedMemory());
      buffer.getReferenceManager().retain();
      buffer.close();
      assertEquals(0, released.get());
      buffer.close();
      assertEquals(1, released.get());
      assertEquals(0, allocator.getAllocatedMemory());
    } finally {
      MemoryUtil.freeMemory(address);
    }
  }

  @Test
  void freedMemoryIsPoisonedWhenAsked() {
    assertEquals(TrackedAllocation.POISON, lastByteWhenFreed(true));
  }

  @Test
  void freedMemoryIsLeftAloneOtherwise() {
    assertEquals(1, lastByteWhenFreed(false));
  }

  @Test
  void theSharedRootIsNamed() {
    assertEquals("envelope", Allocators.root().getName());
  }

  private static byte lastByteWhenFreed(boolean poison) {
    List<Long> freed = new ArrayList<>();
    try (BufferAllocator allocator = Allocators.newRoot(poison, freed::add)) {
      ArrowBuf buffer = allocator.buffer(777);
      long address = buffer.memoryAddress();
      MemoryUtil.setMemory(address, 777, (byte) 1);
      buffer.close();
      assertEquals(1, freed.size());
      // The block is still there: this free only took note of it.
      byte last = MemoryUtil.getByte(address + 776);
      assertEquals(last, MemoryUtil.getByte(address));
      return last;
    } finally {
      freed.forEach(MemoryUtil::freeMemory);
    }
  }
}

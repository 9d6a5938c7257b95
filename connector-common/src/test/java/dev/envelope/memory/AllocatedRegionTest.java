package dev.envelope.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.envelope.CorruptEntryException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An allocated region places its bytes where they are wanted, and is freed at the last use. */
final class AllocatedRegionTest {
  private BufferAllocator allocator;

  @BeforeEach
  void open() {
    allocator = Allocators.child("regions", 1 << 20);
  }

  @AfterEach
  void nothingIsLeft() {
    assertEquals(0, allocator.getAllocatedMemory());
    allocator.close();
  }

  private AllocatedRegion filled(int size, long aligned) {
    AllocatedRegion region = AllocatedRegion.allocate(allocator, size, aligned);
    try (ArrowBuf all = region.view(0, size)) {
      for (int i = 0; i < size; i++) {
        all.setByte(i, i % 251);
      }
    }
    return region;
  }

  @Test
  void theChosenByteLiesOnA64ByteBoundary() {
    for (int size : new int[] {1, 64, 1000}) {
      for (long aligned : new long[] {0, 1, 7, 63, 64, 65, 134, 135, 999}) {
        try (AllocatedRegion region = filled(size, aligned);
            ArrowBuf start = region.view(0, 0)) {
          assertEquals(0, (start.memoryAddress() + aligned) % 64, size + " bytes, " + aligned);
          assertEquals(size, region.size());
        }
      }
    }
  }

  @Test
  void aRegionOfNoBytesIsFine() {
    try (AllocatedRegion region = AllocatedRegion.allocate(allocator, 0, 134);
        ArrowBuf nothing = region.view(0, 0)) {
      assertEquals(0, nothing.capacity());
      assertThrows(CorruptEntryException.class, () -> region.view(0, 1).close());
    }
  }

  @Test
  void viewsReadAndWriteTheRegion() {
    try (AllocatedRegion region = filled(1000, 135)) {
      ByteBuffer target = ByteBuffer.allocate(10);
      region.read(500, target);
      for (int i = 0; i < 10; i++) {
        assertEquals((byte) ((500 + i) % 251), target.get(i));
      }
      try (ArrowBuf view = region.view(999, 1)) {
        assertEquals((byte) (999 % 251), view.getByte(0));
      }
    }
  }

  @Test
  void rangesOutsideOfTheRegionAreCorrupt() {
    try (AllocatedRegion region = filled(100, 0)) {
      long[][] outside = {
        {-1, 1},
        {0, -1},
        {100, 1},
        {99, 2},
        {101, 0},
        {0, 101},
        {1, Long.MAX_VALUE},
        {Long.MAX_VALUE, 1},
        {Long.MIN_VALUE, 1}
      };
      for (long[] range : outside) {
        assertThrows(CorruptEntryException.class, () -> region.view(range[0], range[1]).close());
      }
      assertThrows(CorruptEntryException.class, () -> region.read(95, ByteBuffer.allocate(6)));
      assertThrows(CorruptEntryException.class, () -> region.copy(95, 6, "tail"));
      assertThrows(CorruptEntryException.class, () -> region.copy(Long.MAX_VALUE, 1, "tail"));
    }
  }

  @Test
  void theSlackOfTheAllocationCannotBeReached() {
    try (AllocatedRegion whole = filled(100, 3);
        ArrowBuf view = whole.view(10, 20)) {
      assertEquals(20, view.capacity());
      assertThrows(IndexOutOfBoundsException.class, () -> view.slice(10, 11));
    }
  }

  @Test
  void aShortenedRegionTakesOverTheMemory() {
    AllocatedRegion whole = filled(100, 8);
    try (AllocatedRegion part = whole.shortenedTo(40);
        ArrowBuf view = part.view(0, 40)) {
      assertEquals(40, part.size());
      assertEquals(0, (view.memoryAddress() + 8) % 64);
      assertEquals(39, view.getByte(39));
      assertThrows(CorruptEntryException.class, () -> part.view(0, 41).close());
      assertThrows(IndexOutOfBoundsException.class, () -> part.shortenedTo(41));
      assertThrows(IndexOutOfBoundsException.class, () -> part.shortenedTo(-1));
    }
  }

  @Test
  void viewsOutliveTheRegion() {
    AllocatedRegion region = filled(100, 0);
    ArrowBuf view = region.view(50, 10);
    region.close();
    region.close();
    assertThrows(IllegalStateException.class, () -> region.view(0, 1).close());
    assertEquals(50, view.getByte(0));
    assertEquals(164, allocator.getAllocatedMemory());
    view.close();
  }

  @Test
  void aViewClosedTwiceIsNoticed() {
    AllocatedRegion region = filled(100, 0);
    ArrowBuf view = region.view(0, 10);
    view.close();
    view.close();
    assertThrows(RuntimeException.class, () -> region.view(0, 10).close());
    assertThrows(IllegalStateException.class, region::close);
  }

  @Test
  void theLimitIsTheAllocators() {
    assertThrows(
        OutOfMemoryException.class, () -> AllocatedRegion.allocate(allocator, 2 << 20, 0).close());
  }

  @Test
  void threadsMayViewAndCloseAtTheSameTime() throws InterruptedException {
    AllocatedRegion region = filled(1000, 0);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 2; t++) {
      threads.add(
          new Thread(
              () -> {
                try {
                  for (int i = 0; ; i++) {
                    ArrowBuf view;
                    try {
                      view = region.view(i % 1000, 1);
                    } catch (IllegalStateException closed) {
                      return;
                    }
                    assertEquals((byte) (i % 1000 % 251), view.getByte(0));
                    view.close();
                  }
                } catch (Throwable e) {
                  failure.set(e);
                }
              }));
    }
    threads.forEach(Thread::start);
    Thread.sleep(200);
    region.close();
    for (Thread thread : threads) {
      thread.join();
    }
    assertNull(failure.get());
  }
}

package dev.envelope.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.CorruptEntryException;
import dev.envelope.StoreException;
import dev.envelope.UnsupportedEntryException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.arrow.memory.ArrowBuf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mapped file reads like the file, in windows of any number, and is unmapped at the last use. */
final class MappedRegionTest {
  private static final int PAGE = 4096;
  private static final long WINDOW = 2 * PAGE;

  /**
   * As far into the file as a file cache's header, so that no page starts where the region does.
   */
  private static final int START = 14;

  @TempDir Path directory;

  @AfterEach
  void nothingIsAccountedForAnyMore() {
    assertEquals(0, Allocators.mapped().getAllocatedMemory());
  }

  private Path file(int size) throws IOException {
    byte[] bytes = new byte[START + size];
    for (int i = 0; i < size; i++) {
      bytes[START + i] = expected(i);
    }
    return Files.write(directory.resolve("file" + size), bytes);
  }

  private static byte expected(long offset) {
    return (byte) (offset * 31 + (offset >> 8) * 7);
  }

  /** The file is closed once it is mapped, as stores do. */
  private static MappedRegion map(Path file, long size, long window) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return new MappedRegion(channel, START, size, Allocators.mapped(), window);
    }
  }

  private static boolean isMapped(Path file) throws IOException {
    try (var lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines.anyMatch(line -> line.contains(file.toString()));
    }
  }

  private static void assertReads(Region region, long offset, int length) {
    try (ArrowBuf view = region.view(offset, length)) {
      assertEquals(length, view.capacity());
      for (int i = 0; i < length; i++) {
        if (view.getByte(i) != expected(offset + i)) {
          throw new AssertionError(length + " bytes at " + offset + " differ at " + i);
        }
      }
    }
  }

  @Test
  void everyRangeUpToHalfAWindowIsReadableAndRight() throws IOException {
    // Ends within a window, at its end, one before and one after, and in the first one.
    for (int size :
        new int[] {
          1, PAGE, 2 * PAGE - 1, 2 * PAGE, 2 * PAGE + 1, 3 * PAGE, 3 * PAGE + 1, 5 * PAGE + 777
        }) {
      Path file = file(size);
      try (MappedRegion region = map(file, size, WINDOW)) {
        assertEquals(size, region.size());
        int half = (int) WINDOW / 2;
        for (int length : new int[] {1, 2, 3, 63, 1000, half - 1, half}) {
          for (int offset = 0; offset <= size - length; offset += length < 64 ? 61 : 173) {
            assertReads(region, offset, length);
          }
          if (length <= size) {
            assertReads(region, size - length, length);
          }
        }
        for (int boundary = PAGE; boundary < size; boundary += PAGE) {
          for (int offset = boundary - 2; offset <= boundary + 2; offset++) {
            if (offset <= size) {
              assertReads(region, offset, Math.min(half, size - offset));
            }
          }
        }
      }
      assertFalse(isMapped(file));
    }
  }

  @Test
  void windowsOfOddSizeCoverTheFileToo() throws IOException {
    int size = 9 * PAGE + 5;
    long window = 2 * PAGE + 1;
    Path file = file(size);
    Random random = new Random(7);
    try (MappedRegion region = map(file, size, window)) {
      for (int i = 0; i < 3000; i++) {
        int length = random.nextInt((int) (window / 2) + 1);
        assertReads(region, random.nextInt(size - length + 1), length);
      }
    }
  }

  @Test
  void readFillsBuffersFromAnyOffset() throws IOException {
    int size = 5 * PAGE;
    try (MappedRegion region = map(file(size), size, WINDOW)) {
      ByteBuffer target = ByteBuffer.allocate(100);
      region.read(PAGE - 50, target);
      assertFalse(target.hasRemaining());
      for (int i = 0; i < 100; i++) {
        assertEquals(expected(PAGE - 50 + i), target.get(i));
      }
    }
  }

  @Test
  void aRangeThatNoWindowHoldsIsRefusedWithAWayOut() throws IOException {
    int size = 6 * PAGE;
    try (MappedRegion region = map(file(size), size, WINDOW)) {
      assertReads(region, 0, (int) WINDOW); // A whole window, from its start.
      UnsupportedEntryException error =
          assertThrows(
              UnsupportedEntryException.class, () -> region.view(PAGE - 1, PAGE + 2).close());
      assertTrue(error.getMessage().contains("file-access = read"), error.getMessage());
      assertThrows(UnsupportedEntryException.class, () -> region.view(0, size).close());
    }
  }

  @Test
  void rangesOutsideOfTheRegionAreCorrupt() throws IOException {
    int size = 3 * PAGE;
    try (MappedRegion region = map(file(size), size, WINDOW)) {
      long[][] outside = {
        {-1, 1},
        {0, -1},
        {size, 1},
        {size - 1, 2},
        {size + 1L, 0},
        {1, Long.MAX_VALUE},
        {Long.MAX_VALUE, 1},
        {Long.MAX_VALUE, Long.MAX_VALUE},
        {Long.MIN_VALUE, 1}
      };
      for (long[] range : outside) {
        CorruptEntryException error =
            assertThrows(
                CorruptEntryException.class, () -> region.view(range[0], range[1]).close());
        assertEquals(Math.max(-1, error.offset()), Math.max(-1, range[0]));
      }
      try (ArrowBuf nothing = region.view(size, 0)) {
        assertEquals(0, nothing.capacity());
      }
    }
  }

  @Test
  void aRegionOfNoBytesIsFine() throws IOException {
    try (MappedRegion region = map(file(0), 0, WINDOW);
        ArrowBuf nothing = region.view(0, 0)) {
      assertEquals(0, region.size());
      assertEquals(0, nothing.capacity());
      assertThrows(CorruptEntryException.class, () -> region.view(0, 1).close());
    }
  }

  @Test
  void viewsOutliveTheRegionAndTheLastOneUnmaps() throws IOException {
    int size = 5 * PAGE;
    Path file = file(size);
    MappedRegion region = map(file, size, WINDOW);
    ArrowBuf first = region.view(3, 100);
    ArrowBuf second = region.view(3, 50);
    ArrowBuf last = region.view(size - 10, 10);
    region.close();
    region.close();
    assertThrows(IllegalStateException.class, () -> region.view(0, 1).close());
    assertEquals(expected(3), first.getByte(0));
    assertEquals(expected(size - 1), last.getByte(9));
    first.close();
    last.close();
    assertEquals(expected(52), second.getByte(49));
    assertTrue(isMapped(file));
    second.close();
    assertFalse(isMapped(file), "the windows are unmapped, not left to the collector");
  }

  @Test
  void theFileMayBeDeletedUnderTheMap() throws IOException {
    int size = 3 * PAGE;
    Path file = file(size);
    try (MappedRegion region = map(file, size, WINDOW)) {
      Files.delete(file);
      assertReads(region, 1, PAGE);
    }
  }

  @Test
  void whatIsMappedIsAccountedForButTakesNoMemory() throws IOException {
    int size = 5 * PAGE;
    long allocated = Allocators.allocated().getAllocatedMemory();
    try (MappedRegion region = map(file(size), size, Long.MAX_VALUE / 4)) {
      assertEquals(size, Allocators.mapped().getAllocatedMemory());
      assertEquals(allocated, Allocators.allocated().getAllocatedMemory());
      assertReads(region, 0, size);
    }
  }

  @Test
  void aFileShorterThanTheRegionCannotBeMappedAndLeavesNothing() throws IOException {
    Path file = file(3 * PAGE);
    // The first windows fit and must be given back when the last one fails.
    assertThrows(StoreException.class, () -> map(file, 5 * PAGE, WINDOW).close());
    assertFalse(isMapped(file));
  }

  @Test
  void aViewClosedTwiceIsNoticedAndNothingStaysMapped() throws IOException {
    int size = 100;
    Path file = file(size);
    MappedRegion region = map(file, size, WINDOW);
    ArrowBuf view = region.view(0, 10);
    view.close();
    view.close();
    // The second close took the region's own reference: whoever uses the region next hears of it.
    assertThrows(RuntimeException.class, () -> region.view(0, 10).close());
    assertThrows(IllegalStateException.class, region::close);
    assertFalse(isMapped(file));
  }

  @Test
  void threadsMayViewAndCloseAtTheSameTime() throws Exception {
    int size = 7 * PAGE;
    Path file = file(size);
    MappedRegion region = map(file, size, WINDOW);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 2; t++) {
      int seed = t;
      threads.add(
          new Thread(
              () -> {
                Random random = new Random(seed);
                try {
                  for (int i = 0; ; i++) {
                    int length = 1 + random.nextInt(64);
                    long offset = random.nextInt(size - length);
                    ArrowBuf view;
                    try {
                      view = region.view(offset, length);
                    } catch (IllegalStateException closed) {
                      assertNotEquals(0, i);
                      return;
                    }
                    Thread.onSpinWait();
                    assertEquals(expected(offset + length - 1), view.getByte(length - 1));
                    view.close();
                  }
                } catch (Throwable e) {
                  failure.set(e);
                }
              }));
    }
    threads.forEach(Thread::start);
    Thread.sleep(300);
    region.close();
    for (Thread thread : threads) {
      thread.join();
    }
    assertNull(failure.get());
    assertFalse(isMapped(file));
  }

  @Test
  void filesOfMoreThanTwoGigabytesAreReadableOnBothSidesOfTheBoundary() throws IOException {
    Path file = directory.resolve("sparse");
    long size = (3L << 30) - START;
    long boundary = 1L << 31;
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(3L << 30);
      for (long at : new long[] {0, boundary - 2, boundary - 1, boundary, boundary + 1, size - 1}) {
        sparse.seek(START + at);
        sparse.write((int) (at % 101) + 1);
      }
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        MappedRegion region = new MappedRegion(channel, START, size, Allocators.mapped())) {
      for (long at : new long[] {0, boundary - 2, boundary - 1, boundary, boundary + 1, size - 1}) {
        try (ArrowBuf view = region.view(at, 1)) {
          assertEquals((at % 101) + 1, view.getByte(0));
        }
      }
      try (ArrowBuf across = region.view(boundary - 2, 4)) {
        for (int i = 0; i < 4; i++) {
          assertEquals((boundary - 2 + i) % 101 + 1, across.getByte(i));
        }
      }
      long most = 1L << 30;
      try (ArrowBuf large = region.view(boundary - most + 2, most)) {
        assertEquals((boundary + 1) % 101 + 1, large.getByte(most - 1));
      }
      assertThrows(
          UnsupportedEntryException.class,
          () -> region.view((1L << 29) + 1, (1L << 30) + (1L << 29) + 1).close());
    }
    assertFalse(isMapped(file));
  }
}

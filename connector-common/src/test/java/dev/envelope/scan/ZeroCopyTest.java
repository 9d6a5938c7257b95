package dev.envelope.scan;

import static dev.envelope.scan.Scans.plan;
import static dev.envelope.scan.Scans.task;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.memory.Allocators;
import dev.envelope.testing.EntryWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The columns of a mapped entry that is not compressed are the bytes of the file, not a copy. */
final class ZeroCopyTest {
  @TempDir Path directory;

  @AfterEach
  void everythingIsGivenBack() {
    EntryPool.ofThisJvm().clear();
    assertEquals(0, Allocators.root().getAllocatedMemory());
  }

  private static long find(Path file, long value) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i <= bytes.capacity() - 8; i++) {
      if (bytes.getLong(i) == value) {
        return i;
      }
    }
    throw new AssertionError(value + " is not in the file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"skip", "verify"})
  void aByteChangedInTheFileShowsInTheColumn(String integrity) throws IOException {
    Path file = new EntryWriter(directory).numbers("k", 1_000_000_007L, 100);
    ScanTask task = task(plan(directory, "integrity", integrity), "n");
    try (TaskReader reader = new TaskReader(task, "view", new ScanMetrics())) {
      BigIntVector column = (BigIntVector) reader.next().columns().get(0).vector();
      assertEquals(1_000_000_049L, column.get(42));
      EntryWriter.overwrite(file, find(file, 1_000_000_049L), (byte) 0);
      assertEquals(1_000_000_049L & ~0xffL, column.get(42));
      assertEquals(1_000_000_050L, column.get(43));
    }
  }

  @Test
  void whatWasReadIntoMemoryDoesNotChange() throws IOException {
    Path file = new EntryWriter(directory).numbers("k", 1_000_000_007L, 100);
    ScanTask task = task(plan(directory, "file-access", "read"), "n");
    try (TaskReader reader = new TaskReader(task, "copy", new ScanMetrics())) {
      BigIntVector column = (BigIntVector) reader.next().columns().get(0).vector();
      EntryWriter.overwrite(file, find(file, 1_000_000_049L), (byte) 0);
      assertEquals(1_000_000_049L, column.get(42));
      assertEquals(0, column.getDataBuffer().memoryAddress() % 64, "reading aligns the buffers");
    }
  }

  @Test
  void scanningALargeMappedEntryTakesNoMemoryToSpeakOf() throws IOException {
    int columns = 8;
    int batches = 8;
    int rows = 128 << 10;
    List<Field> fields = new ArrayList<>();
    for (int c = 0; c < columns; c++) {
      fields.add(
          EntryWriter.field("c" + c, new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)));
    }
    Path file =
        new EntryWriter(directory)
            .table(
                "large",
                new Schema(fields),
                batches,
                (root, index) -> {
                  for (int c = 0; c < columns; c++) {
                    Float8Vector vector = (Float8Vector) root.getVector(c);
                    vector.allocateNew(rows);
                    for (int i = 0; i < rows; i++) {
                      vector.set(i, index + c + i);
                    }
                  }
                  root.setRowCount(rows);
                });
    long size = Files.size(file);
    assertTrue(size > 64 << 20, size + " bytes");
    ScanPlan plan = plan(directory);
    String[] names = fields.stream().map(Field::getName).toArray(String[]::new);
    ScanMetrics metrics = new ScanMetrics();
    double sum = 0;
    try (TaskReader reader = new TaskReader(task(plan, names), "large", metrics)) {
      for (TaskBatch batch = reader.next(); batch != null; batch = reader.next()) {
        for (int c = 0; c < columns; c++) {
          sum += ((Float8Vector) batch.columns().get(c).vector()).get(rows - 1);
        }
      }
    }
    assertEquals(columns * batches * (rows - 1.0 + 3.5 + 3.5), sum);
    // One shared bitmap would do where a writer leaves them out; this one writes them.
    long bitmaps = rows / 8;
    assertTrue(metrics.peakBytes() <= (1 << 20) + bitmaps, metrics.peakBytes() + " bytes");
    assertEquals(0, metrics.copiedBytes());
    assertEquals(0, metrics.decompressedBytes());
    assertEquals(size - 14, metrics.mappedBytes());
    assertTrue(metrics.checksumNanos() > 0);
    assertEquals((long) batches * rows, metrics.rows());
  }
}

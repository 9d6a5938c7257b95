package dev.envelope.flink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.envelope.flink.types.FlinkTypes;
import dev.envelope.flink.vector.ColumnVectors;
import dev.envelope.flink.vector.Values;
import dev.envelope.memory.Allocators;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.scan.EntryPool;
import dev.envelope.scan.ScanMetrics;
import dev.envelope.scan.ScanPlan;
import dev.envelope.scan.ScanPlanner;
import dev.envelope.scan.TaskBatch;
import dev.envelope.scan.TaskReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.columnar.vector.ColumnVector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows are views of the mapped file: its bytes are read when a value is asked for. */
class ZeroCopyTest {
  private static final Path ENTRIES = Path.of("..", "integration-tests", "entries");
  private static final int ROWS = 100;

  @TempDir Path directory;

  @AfterEach
  void everythingIsGivenBack() {
    EntryPool.ofThisJvm().clear();
    assertEquals(0, Allocators.root().getAllocatedMemory());
  }

  @Test
  void aByteThatChangesInTheFileChangesInTheRows() throws IOException {
    // The test can tell: an entry that was read does not change.
    checkMutation("map", true);
    checkMutation("read", false);
  }

  private void checkMutation(String access, boolean changes) throws IOException {
    JsonNode entry = features();
    Path file = directory.resolve(entry.get("file").asText());
    Files.copy(ENTRIES.resolve("cache-demo").resolve(file.getFileName()), file);
    EnvelopeOptions options =
        EnvelopeOptions.parse(
            Map.of(
                "path",
                directory.toString(),
                "key",
                entry.get("key").asText(),
                "file-access",
                access));
    ScanPlan plan = ScanPlanner.plan(options);
    var task = plan.tasks(List.of("score", "country"), 1, Long.MAX_VALUE).get(0);
    try (TaskReader reader = new TaskReader(task, "copies", new ScanMetrics())) {
      TaskBatch batch = reader.next();
      List<RowData> rows = rows(plan, batch);
      double score = rows.get(7).getDouble(0);
      StringBuilder countries = new StringBuilder();
      for (RowData row : rows) {
        countries.append(row.getString(1));
      }
      String country = rows.get(0).getString(1).toString();
      flip(file, little(score));
      flip(file, countries.toString().getBytes(UTF_8));
      long flipped = Double.doubleToRawLongBits(score) ^ 0xff;
      assertEquals(
          changes ? flipped : Double.doubleToRawLongBits(score),
          Double.doubleToRawLongBits(rows.get(7).getDouble(0)));
      if (changes) {
        assertNotEquals(country, rows.get(0).getString(1).toString());
      } else {
        assertEquals(country, rows.get(0).getString(1).toString());
      }
    }
    Files.delete(file);
  }

  private static List<RowData> rows(ScanPlan plan, TaskBatch batch) {
    List<ColumnVector> vectors = new ArrayList<>();
    for (var column : batch.columns()) {
      var field =
          plan.columns().stream()
              .map(found -> found.field())
              .filter(found -> found.getName().equals(column.field().getName()))
              .findFirst()
              .orElseThrow();
      vectors.add(ColumnVectors.of(column, FlinkTypes.of(field)));
    }
    return Values.rows(ROWS, vectors.toArray(new ColumnVector[0]));
  }

  private static JsonNode features() throws IOException {
    JsonNode manifest =
        new ObjectMapper().readTree(Files.readAllBytes(ENTRIES.resolve("manifest.json")));
    for (JsonNode entry : manifest.get("entries")) {
      if (entry.get("name").asText().equals("features")) {
        return entry;
      }
    }
    throw new AssertionError("no entry 'features' in the manifest");
  }

  private static byte[] little(double value) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(value).array();
  }

  /** Changes the first of some bytes, which must be in the file once. */
  private static void flip(Path file, byte[] bytes) throws IOException {
    byte[] all = Files.readAllBytes(file);
    int found = -1;
    for (int at = 0; at <= all.length - bytes.length; at++) {
      if (Arrays.equals(all, at, at + bytes.length, bytes, 0, bytes.length)) {
        assertEquals(-1, found, "found twice");
        found = at;
      }
    }
    assertNotEquals(-1, found, "not in the file");
    try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
      raw.seek(found);
      raw.write(all[found] ^ 0xff);
    }
  }
}

package dev.envelope.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.envelope.memory.Allocators;
import dev.envelope.options.EnvelopeOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every entry that the real library wrote can be planned and loaded, mapped and read. */
class BundledEntriesTest {
  static final Path ENTRIES = Path.of("..", "integration-tests", "entries");

  static Stream<String[]> tables() throws Exception {
    JsonNode manifest =
        new ObjectMapper().readTree(Files.readAllBytes(ENTRIES.resolve("manifest.json")));
    List<String[]> cases = new ArrayList<>();
    for (JsonNode entry : manifest.get("entries")) {
      if (entry.get("dir").asText().equals("cache")) {
        for (String access : List.of("map", "read")) {
          cases.add(
              new String[] {
                entry.get("name").asText(),
                entry.get("key").asText(),
                access,
                entry.get("rows").asText(),
                entry.get("batches").asText()
              });
        }
      }
    }
    assertFalse(cases.isEmpty());
    return cases.stream();
  }

  @AfterEach
  void everythingIsGivenBack() {
    EntryPool.ofThisJvm().clear();
    assertEquals(0, Allocators.root().getAllocatedMemory());
  }

  /** Arrow Java has no vectors for narrow decimals; they are refused when they are selected. */
  static boolean readable(Field field) {
    return !(field.getType() instanceof ArrowType.Decimal decimal) || decimal.getBitWidth() >= 128;
  }

  @ParameterizedTest
  @MethodSource("tables")
  void loads(String name, String key, String access, String rows, String batches) {
    EnvelopeOptions options =
        EnvelopeOptions.parse(
            Map.of("path", ENTRIES.resolve("cache").toString(), "key", key, "file-access", access));
    ScanPlan plan = ScanPlanner.plan(options);
    assertEquals(Long.parseLong(rows), plan.rows());
    List<String> columns =
        plan.columns().stream()
            .map(TableColumn::field)
            .filter(BundledEntriesTest::readable)
            .map(Field::getName)
            .toList();
    long seen = 0;
    int count = 0;
    for (ScanTask task : plan.tasks(columns, 2, Long.MAX_VALUE)) {
      ScanMetrics metrics = new ScanMetrics();
      try (TaskReader reader = new TaskReader(task, name, metrics)) {
        for (TaskBatch batch = reader.next(); batch != null; batch = reader.next()) {
          seen += batch.rowCount();
          count++;
        }
      }
      assertTrue(metrics.entries() > 0);
    }
    assertEquals(Long.parseLong(rows), seen);
    assertEquals(Integer.parseInt(batches), count);
  }
}

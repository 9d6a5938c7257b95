package dev.envelope.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.flink.types.FlinkTypes;
import dev.envelope.flink.vector.ColumnVectors;
import dev.envelope.flink.vector.Values;
import dev.envelope.memory.Allocators;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.payload.Column;
import dev.envelope.scan.EntryPool;
import dev.envelope.scan.ScanMetrics;
import dev.envelope.scan.ScanPlan;
import dev.envelope.scan.ScanPlanner;
import dev.envelope.scan.ScanTask;
import dev.envelope.scan.TaskBatch;
import dev.envelope.scan.TaskReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.flink.table.data.columnar.vector.ColumnVector;
import org.apache.flink.table.types.logical.LogicalType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every value that the Python library wrote arrives in Flink as it is. */
class EntryTypesTest {
  private static final Path ENTRIES = Path.of("..", "integration-tests", "entries");
  private static final Set<String> TABLES =
      Set.of("arrow", "legacy-arrow", "arrow-bare", "arrow-expires-late");

  static Stream<Arguments> tables() throws Exception {
    JsonNode manifest =
        new ObjectMapper().readTree(Files.readAllBytes(ENTRIES.resolve("manifest.json")));
    List<Arguments> cases = new ArrayList<>();
    for (JsonNode entry : manifest.get("entries")) {
      if (TABLES.contains(entry.get("kind").asText())) {
        cases.add(Arguments.of(entry.get("name").asText(), "map", entry));
        cases.add(Arguments.of(entry.get("name").asText(), "read", entry));
      }
    }
    assertTrue(cases.size() >= 2 * 68);
    return cases.stream();
  }

  @AfterEach
  void everythingIsGivenBack() {
    EntryPool.ofThisJvm().clear();
    assertEquals(0, Allocators.root().getAllocatedMemory());
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("tables")
  void arrivesAsItIs(String name, String access, JsonNode entry) {
    String directory = ENTRIES.resolve(entry.get("dir").asText()).toString();
    EnvelopeOptions options =
        EnvelopeOptions.parse(
            Map.of("path", directory, "key", entry.get("key").asText(), "file-access", access));
    ScanPlan plan = ScanPlanner.plan(options);
    JsonNode columns = entry.get("columns");
    assertEquals(columns.size(), plan.columns().size());
    List<Field> fields = new ArrayList<>();
    List<JsonNode> wanted = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      Field field = plan.columns().get(i).field();
      assertEquals(columns.get(i).get("name").asText(), field.getName());
      if (represented(columns.get(i), field)) {
        fields.add(field);
        wanted.add(columns.get(i));
      }
    }
    List<List<Object>> values = read(plan, fields);
    for (int i = 0; i < fields.size(); i++) {
      compare(wanted.get(i), fields.get(i), values.get(i), entry.get("rows").asInt());
    }
  }

  /** Arrow Java has nothing for narrow decimals: refused by name, and nothing else is. */
  private static boolean represented(JsonNode column, Field field) {
    String spelt = column.get("arrow_type").asText();
    if (spelt.startsWith("decimal32") || spelt.startsWith("decimal64")) {
      var error = assertThrows(UnsupportedEntryException.class, () -> FlinkTypes.of(field));
      assertTrue(error.getMessage().contains("column '" + field.getName() + "'"));
      return false;
    }
    // Nulls among the values of a dictionary are known only when it is read.
    boolean nullable = column.get("null_count").asLong() > 0 || spelt.startsWith("dictionary<");
    assertEquals(nullable, FlinkTypes.of(field).isNullable(), field.getName());
    return true;
  }

  private static List<List<Object>> read(ScanPlan plan, List<Field> fields) {
    List<List<Object>> values = new ArrayList<>();
    fields.forEach(field -> values.add(new ArrayList<>()));
    List<String> names = fields.stream().map(Field::getName).toList();
    for (ScanTask task : plan.tasks(names, 2, Long.MAX_VALUE)) {
      try (TaskReader reader = new TaskReader(task, "types", new ScanMetrics())) {
        for (TaskBatch batch = reader.next(); batch != null; batch = reader.next()) {
          for (int i = 0; i < fields.size(); i++) {
            values.get(i).addAll(read(batch, batch.columns().get(i), fields.get(i)));
          }
        }
      }
    }
    return values;
  }

  private static List<Object> read(TaskBatch batch, Column column, Field field) {
    LogicalType type = FlinkTypes.of(field);
    FlinkTypes.check(field, type);
    ColumnVector vector = ColumnVectors.of(column, type);
    List<Object> values = Values.of(vector, type, batch.rowCount());
    assertEquals(values, Values.copied(vector, type, batch.rowCount()));
    return values;
  }

  private static void compare(JsonNode column, Field field, List<Object> values, int rows) {
    assertEquals(rows, values.size());
    if (!column.has("summary")) {
      same(column, "values", field, values);
    } else {
      assertEquals(column.get("null_count").asInt(), Collections.frequency(values, null));
      same(column, "first", field, values.subList(0, 5));
      same(column, "last", field, values.subList(rows - 5, rows));
      assertEquals(
          ManifestSpelling.summary(column.get("summary")),
          ManifestSpelling.summary(values, field),
          field.getName());
    }
  }

  private static void same(JsonNode column, String member, Field field, List<Object> values) {
    List<Object> actual = new ArrayList<>();
    values.forEach(value -> actual.add(ManifestSpelling.actual(value, field)));
    assertEquals(ManifestSpelling.expected(column, member, field), actual, field.toString());
  }
}

package dev.envelope.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.envelope.memory.Allocators;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every bundled entry that can be read comes out in every format, with as many rows and columns.
 */
final class FormatsTest {
  /** Those that can be read, as {@code show} says. */
  static Stream<Path> entries() throws IOException {
    List<Path> readable = new ArrayList<>();
    for (String directory : List.of("cache", "cache-kinds")) {
      try (Stream<Path> files = Files.list(Run.ENTRIES.resolve(directory))) {
        files
            .filter(file -> Run.here("show", file.toString()).code() == 0)
            .sorted()
            .forEach(readable::add);
      }
    }
    assertTrue(readable.size() > 200, readable.size() + " can be read");
    return readable.stream();
  }

  @ParameterizedTest
  @MethodSource("entries")
  void allFormatsAgree(Path file) throws IOException {
    String entry = file.toString();
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    int code = Main.run(new String[] {"cat", entry, "--format", "arrow"}, stream, errors);
    assertEquals(0, code, errors.toString(StandardCharsets.UTF_8));
    long rows = 0;
    int columns;
    try (BufferAllocator allocator = Allocators.child("test", Long.MAX_VALUE);
        ArrowStreamReader reader =
            new ArrowStreamReader(new ByteArrayInputStream(stream.toByteArray()), allocator)) {
      columns = reader.getVectorSchemaRoot().getSchema().getFields().size();
      while (reader.loadNextBatch()) {
        rows += reader.getVectorSchemaRoot().getRowCount();
      }
    }
    Run json = Run.here("cat", entry, "--format", "json");
    assertEquals(0, json.code(), json.errors());
    assertEquals(rows, json.output().lines().filter(line -> !line.isEmpty()).count());
    long fields = 0;
    try (JsonParser parser = new JsonFactory().createParser(json.output())) {
      int depth = 0;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        fields += depth == 1 && token == JsonToken.FIELD_NAME ? 1 : 0;
      }
    }
    assertEquals(rows * columns, fields);
    Run csv = Run.here("cat", entry);
    assertEquals(0, csv.code(), csv.errors());
    assertEquals(rows + 1, records(csv.output()), csv.output());
    Run head = Run.here("head", entry, "-n", "1000000");
    assertEquals(0, head.code(), head.errors());
    assertTrue(columns == 0 || head.output().lines().count() == rows + 1, head.output());
  }

  /** Line ends outside of quotes. */
  private static long records(String csv) {
    boolean quoted = false;
    long records = 0;
    for (int i = 0; i < csv.length(); i++) {
      quoted ^= csv.charAt(i) == '"';
      records += !quoted && csv.charAt(i) == '\n' ? 1 : 0;
    }
    return records;
  }
}

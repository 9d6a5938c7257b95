package dev.envelope.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.UnsupportedEntryException;
import dev.envelope.payload.Column;
import dev.envelope.testing.EntryFile;
import dev.envelope.testing.KindCell;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Documents that the real cachekit wrote, read by a scan. */
final class DocumentScanTest {
  private static final Path KINDS = EntryFile.BUNDLED.resolve("cache-kinds");

  private static List<List<Object>> read(String cell, String inferRows, String... columns) {
    String key = KindCell.named(cell).key();
    ScanPlan plan = Scans.plan(KINDS, "key", key, "infer-rows", inferRows);
    List<List<Object>> rows = new ArrayList<>();
    try (TaskReader reader = new TaskReader(Scans.task(plan, columns), "test", new ScanMetrics())) {
      for (TaskBatch batch = reader.next(); batch != null; batch = reader.next()) {
        for (int row = 0; row < batch.rowCount(); row++) {
          List<Object> values = new ArrayList<>();
          for (Column column : batch.columns()) {
            Object value = column.vector().getObject(row);
            values.add(value == null ? null : value.toString());
          }
          rows.add(values);
        }
      }
    }
    return rows;
  }

  @Test
  void theSampleDecidesOnTheTypes() {
    String cell = "newest-rows_widening-default";
    assertEquals("[[1.0], [2.5], [null]]", read(cell, "2", "n").toString());
    UnsupportedEntryException e =
        assertThrows(UnsupportedEntryException.class, () -> read(cell, "1", "n"));
    assertTrue(e.getMessage().contains(KindCell.named(cell).key()), e.getMessage());
    assertTrue(e.getMessage().contains("row 1 "), e.getMessage());
    assertTrue(e.getMessage().contains("infer-rows"), e.getMessage());
  }

  @Test
  void onlyTheColumnsThatAreAskedForAreRead() {
    assertEquals(
        "[[Ada, 1], [Björn, 2], [東, 3]]",
        read("newest-rows-default", "100", "name", "id").toString());
    assertEquals("[[1], [2], [3]]", read("newest-matrix_document-orjson", "100", "id").toString());
  }
}

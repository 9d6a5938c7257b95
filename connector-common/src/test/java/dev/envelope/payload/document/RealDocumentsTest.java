package dev.envelope.payload.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.memory.AllocatedRegion;
import dev.envelope.payload.Batch;
import dev.envelope.payload.BatchReader;
import dev.envelope.payload.DecodeStats;
import dev.envelope.testing.KindCell;
import dev.envelope.testing.KindFile;
import dev.envelope.testing.SpeltRows;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.Test;

/** Documents that the real cachekit wrote, against what Python reads. */
final class RealDocumentsTest {
  @Test
  void everyDocumentIsReadAsPythonReadsIt() {
    List<KindCell> cells =
        KindCell.all().stream()
            .filter(cell -> cell.isWritten() && cell.hasRows())
            .filter(cell -> cell.kind().equals("document") || cell.kind().equals("interop"))
            .toList();
    assertTrue(cells.size() > 200, cells.size() + " cells");
    StringBuilder differences = new StringBuilder();
    for (KindCell cell : cells) {
      String difference = read(cell).differenceFrom(cell.rows());
      if (!difference.isEmpty()) {
        differences.append('\n').append(cell).append(": ").append(difference);
      }
    }
    assertEquals("", differences.toString());
  }

  private static SpeltRows read(KindCell cell) {
    byte[] content = KindFile.of(cell).content();
    boolean interop = cell.kind().equals("interop");
    MarkerRules rules = interop ? MarkerRules.INTEROP : MarkerRules.CACHEKIT;
    DocumentOptions options = new DocumentOptions(DocumentOptions.DEFAULT_INFER_ROWS, rules);
    try (BufferAllocator allocator = new RootAllocator();
        AllocatedRegion region = Documents.region(allocator, content)) {
      DocumentTable table =
          cell.header("format").equals("orjson")
              ? DocumentTable.json(region, Documents.BEFORE, content.length, options)
              : DocumentTable.msgpack(region, Documents.BEFORE, content.length, options);
      SpeltRows rows = SpeltRows.none(table.fields().stream().map(Field::getName).toList());
      try (BatchReader reader =
          table.reader(region, table.fields(), allocator, new DecodeStats())) {
        for (int i = 0; i < table.batchCount(); i++) {
          try (Batch batch = reader.read(i)) {
            rows.add(batch);
          }
        }
      }
      return rows;
    }
  }
}

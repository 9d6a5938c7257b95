package dev.envelope.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Entries that were taken apart are the same when they are put together again. */
final class KindFileTest {
  @Test
  void everyEntryIsTheSameAgain() {
    List<KindCell> written = KindCell.all().stream().filter(KindCell::isWritten).toList();
    assertTrue(written.size() > 300);
    for (KindCell cell : written) {
      KindFile file = KindFile.of(cell);
      byte[] content = file.content();
      EntryFile again = file.with(content);
      if (!file.isGuarded()) {
        assertArrayEquals(cell.entry().value(), again.value(), cell.name());
      }
      assertTrue(again.size() > content.length, cell.name());
    }
  }

  @Test
  void theSameValueIsTheSameDocumentUnderEverySetting() {
    Map<String, byte[]> documents = new HashMap<>();
    for (KindCell cell : KindCell.all()) {
      if (cell.isWritten() && cell.inMatrix() && cell.kind().equals("document")) {
        byte[] content = KindFile.of(cell).content();
        String format = content[0] == '[' ? "json" : "msgpack";
        assertArrayEquals(documents.computeIfAbsent(format, key -> content), content, cell.name());
      }
    }
    assertTrue(documents.size() == 2, "not both formats: " + documents.keySet());
  }
}

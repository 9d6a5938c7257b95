package dev.envelope.payload.document;

import static dev.envelope.payload.document.Documents.map;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which rows and columns a document is, in both formats. */
final class DocumentTableTest {
  private static Documents.Read msgpack(Object value) {
    return Documents.msgpack(Documents.msgpack(value), DocumentOptions.STANDARD, null);
  }

  private static Documents.Read json(String text) {
    return Documents.read(Documents.json(text), DocumentOptions.STANDARD, null, true);
  }

  private static List<Object> row(Object... values) {
    return Arrays.asList(values);
  }

  @Test
  void aListOfMapsIsARowEach() {
    Documents.Read read =
        msgpack(List.of(map("a", 1, "b", "x"), map("b", "ö", "c", 2.5), map("a", null)));
    assertEquals("a: int64, b: text, c: double", read.schema());
    assertEquals(
        List.of(row(1L, "x", null), row(null, "ö", 2.5), row(null, null, null)), read.rows());
    assertEquals(read, json("[{\"a\":1,\"b\":\"x\"},{\"b\":\"ö\",\"c\":2.5},{\"a\":null}]"));
  }
}

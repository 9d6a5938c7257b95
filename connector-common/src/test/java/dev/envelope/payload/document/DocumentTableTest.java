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

  @Test
  void aMapIsOneRow() {
    Documents.Read read = msgpack(map("a", 1, "b", List.of(1, 2), "c", List.of("x")));
    assertEquals("a: int64, b: list<int64>, c: list<text>", read.schema());
    assertEquals(List.of(row(1L, List.of(1L, 2L), List.of("x"))), read.rows());
    assertEquals(read, json("{\"a\":1,\"b\":[1,2],\"c\":[\"x\"]}"));
    // Lists of two lengths are no columns.
    assertEquals(1, msgpack(map("b", List.of(1, 2), "c", List.of("x"))).rows().size());
    assertEquals(1, json("{\"b\":[1,2],\"c\":[\"x\"]}").rows().size());
    assertEquals(1, json("{\"b\":[],\"c\":[]}").rows().size());
  }

  @Test
  void aMapOfListsOfOneLengthIsColumns() {
    Documents.Read read = msgpack(map("a", List.of(1, 2), "b", Arrays.asList("x", null)));
    assertEquals("a: int64, b: text", read.schema());
    assertEquals(List.of(row(1L, "x"), row(2L, null)), read.rows());
    assertEquals(read, json("{\"a\":[1,2],\"b\":[\"x\",null]}"));
    assertEquals(List.of(row(7L)), json("{\"a\":[1,2],\"a\":[7]}").rows());
  }

  @Test
  void everythingElseIsAColumnNamedValue() {
    assertEquals(
        List.of(row(1L), row((Object) null), row(3L)), msgpack(Arrays.asList(1, null, 3)).rows());
    assertEquals("value: list<int64>", msgpack(List.of(List.of(1), List.of(2, 3))).schema());
    assertEquals(List.of(row(List.of(1L)), row(List.of(2L, 3L))), json("[[1],[2,3]]").rows());
    assertEquals(List.of(row("x")), msgpack("x").rows());
    assertEquals(List.of(row("x")), json("\"x\"").rows());
    assertEquals(List.of(row("00ff")), msgpack(new byte[] {0, -1}).rows());
    assertEquals("value: null", msgpack(null).schema());
    assertEquals(List.of(row((Object) null)), json("null").rows());
    assertEquals(List.of(row(1.5)), json(" 1.5 ").rows());
  }

  @Test
  void anEmptyListHasNoRowsAndAnEmptyMapOneWithoutColumns() {
    for (Documents.Read read : List.of(msgpack(List.of()), json("[]"))) {
      assertEquals(List.of(), read.rows());
      assertEquals(List.of(), read.fields());
    }
    for (Documents.Read read : List.of(msgpack(map()), json("{}"))) {
      assertEquals(List.of(row()), read.rows());
      assertEquals(List.of(), read.fields());
    }
    assertEquals(2, msgpack(List.of(map(), map())).rows().size());
  }

  @Test
  void nestedMapsAreStructsWhileTheyShareAKeyAndMapsOtherwise() {
    Documents.Read struct =
        msgpack(List.of(map("m", map("x", 1, "y", 2)), map("m", map("x", 3)), map("m", map())));
    assertEquals("m: {x: int64, y: int64}", struct.schema());
    assertEquals(map("x", 3L), struct.rows().get(1).get(0));
    Documents.Read map = msgpack(List.of(map("m", map("x", 1, "y", 2)), map("m", map("z", 3.5))));
    assertEquals("m: map<double>", map.schema());
    assertEquals(
        List.of(map("key", "x", "value", 1.0), map("key", "y", "value", 2.0)),
        map.rows().get(0).get(0));
    assertEquals(map, json("[{\"m\":{\"x\":1,\"y\":2}},{\"m\":{\"z\":3.5}}]"));
    assertEquals("m: map<null>", msgpack(List.of(map("m", map()))).schema());
  }

  @Test
  void mixedTypesInOnePlaceAreCanonicalJson() {
    Documents.Read read =
        msgpack(
            Arrays.asList(
                map("a", 1),
                map("a", "x\"\n"),
                map("a", map("z", 1.0, "b", Arrays.asList(true, null, "ü"))),
                map("a", null)));
    assertEquals("a: text", read.schema());
    assertEquals(
        List.of(
            row("1"),
            row("\"x\\\"\\n\""),
            row("{\"b\":[true,null,\"ü\"],\"z\":1.0}"),
            row((Object) null)),
        read.rows());
    assertEquals(3, read.valuesAsText());
    assertEquals(
        read,
        json(
            "[{\"a\":1},{\"a\":\"x\\\"\\n\"},{\"a\":{\"z\":1.0,\"b\":[true,null,\"\\u00fc\"]}},{\"a\":null}]"));
    assertEquals("value: text", msgpack(List.of(true, 1)).schema());
    assertEquals(List.of(row("true"), row("1")), msgpack(List.of(true, 1)).rows());
  }

  @Test
  void aKeyThatComesTwiceCountsTheLastTime() {
    String nested = "[{\"a\":[1,2,3],\"b\":\"long\",\"b\":\"x\",\"a\":[4]},{\"b\":\"y\"}]";
    assertEquals(List.of(row(List.of(4L), "x"), row(null, "y")), json(nested).rows());
    Documents.Read map =
        json("[{\"m\":{\"a\":\"xyz\",\"c\":\"w\",\"a\":\"q\"}},{\"m\":{\"d\":\"v\"}}]");
    assertEquals(
        List.of(map("key", "c", "value", "w"), map("key", "a", "value", "q")),
        map.rows().get(0).get(0));
    // {"a": [1], "a": 2} within a list of maps without a key in common, in MessagePack.
    byte[] twice = Documents.hex("92 82a161a3616263a161a171 81a162a16e");
    Documents.Read rows = Documents.msgpack(twice, DocumentOptions.STANDARD, null);
    assertEquals(List.of(row("q", null), row(null, "n")), rows.rows());
    Documents.Read mixed = json("[1,{\"b\":1,\"a\":1,\"b\":2}]");
    assertEquals("{\"a\":1,\"b\":2}", mixed.rows().get(1).get(0));
  }

  @Test
  void keysThatAreNoTextAreTheirText() {
    Documents.Read read = msgpack(map(1, "a", true, "b", 1.5, "c", null, "d", new byte[] {1}, "e"));
    assertEquals("1: text, true: text, 1.5: text, null: text, AQ==: text", read.schema());
    assertEquals(List.of(row("a", "b", "c", "d", "e")), read.rows());
  }
}

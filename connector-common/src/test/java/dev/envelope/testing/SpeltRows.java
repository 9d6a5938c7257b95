package dev.envelope.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.envelope.payload.Batch;
import dev.envelope.payload.Column;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows as {@code kinds.json} spells them, so that what was read can be compared with what Python
 * says.
 *
 * @param columns the names of the columns
 * @param rows the cells of each row
 */
public record SpeltRows(List<String> columns, List<JsonNode> rows) {

  /** What the manifest says. */
  static SpeltRows expected(JsonNode columns, JsonNode rows) {
    List<String> names = new ArrayList<>();
    columns.forEach(name -> names.add(name.asText()));
    List<JsonNode> cells = new ArrayList<>();
    rows.forEach(row -> cells.add(javaFloats(row)));
    return new SpeltRows(names, cells);
  }

  /** Rows of the same table, as yet none. */
  public static SpeltRows none(List<String> columns) {
    return new SpeltRows(columns, new ArrayList<>());
  }

  /** Adds the rows of a batch. */
  public void add(Batch batch) {
    List<Column> vectors = batch.columns();
    for (int row = 0; row < batch.rowCount(); row++) {
      ArrayNode cells = JsonNodeFactory.instance.arrayNode();
      for (Column column : vectors) {
        cells.add(column == null ? JsonNodeFactory.instance.nullNode() : Spelling.of(column, row));
      }
      rows.add(cells);
    }
  }

  /** Python and Java write the same float64 differently: both become Java's. */
  private static JsonNode javaFloats(JsonNode node) {
    if (node.isObject() && node.size() == 1 && node.has("float")) {
      return Spelling.tagged("float", Double.toString(parse(node.get("float").asText())));
    }
    if (node.isArray()) {
      ArrayNode copy = JsonNodeFactory.instance.arrayNode();
      node.forEach(item -> copy.add(javaFloats(item)));
      return copy;
    }
    if (node.isObject()) {
      ObjectNode copy = JsonNodeFactory.instance.objectNode();
      node.fieldNames().forEachRemaining(name -> copy.set(name, javaFloats(node.get(name))));
      return copy;
    }
    return node.isTextual() ? TextNode.valueOf(node.asText()) : node;
  }

  private static double parse(String text) {
    return switch (text) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  /** Where two differ, for a person; empty when nowhere. */
  public String differenceFrom(SpeltRows expected) {
    if (!columns.equals(expected.columns)) {
      return "columns " + columns + " where " + expected.columns + " are expected";
    }
    if (rows.size() != expected.rows.size()) {
      return rows.size() + " rows where " + expected.rows.size() + " are expected";
    }
    for (int i = 0; i < rows.size(); i++) {
      if (!rows.get(i).equals(expected.rows.get(i))) {
        return "row "
            + i
            + " is "
            + rows.get(i)
            + " where "
            + expected.rows.get(i)
            + " is expected";
      }
    }
    return "";
  }
}

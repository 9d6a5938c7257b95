package dev.envelope.cli;

import java.io.PrintWriter;
import java.math.BigDecimal;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Rows as RFC 4180 has them: commas, quotes only where they are needed, CR LF at the ends. A null
 * is nothing at all, an empty text is {@code ""}; lists and maps are JSON, bytes Base64.
 */
final class Csv {
  private final PrintWriter out;

  Csv(PrintWriter out) {
    this.out = out;
  }

  void write(List<?> cells) {
    // A null alone in its row would be an empty line, which readers skip.
    String line = cells.stream().map(Csv::cell).collect(Collectors.joining(","));
    out.write(line);
    out.write("\r\n");
  }

  private static String cell(Object value) {
    if (value == null) {
      return "";
    }
    String text = text(value);
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
    return plain && !text.isEmpty() ? text : "\"" + text.replace("\"", "\"\"") + "\"";
  }

  /** A value as people read it; an empty text for null. */
  static String text(Object value) {
    if (value == null) {
      return "";
    }
    if (value instanceof byte[] bytes) {
      return Base64.getEncoder().encodeToString(bytes);
    }
    if (value instanceof BigDecimal number) {
      return number.toPlainString();
    }
    return value instanceof List<?> || value instanceof Map<?, ?>
        ? Json.text(value)
        : value.toString();
  }
}

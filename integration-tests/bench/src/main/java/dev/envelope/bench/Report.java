package dev.envelope.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The results of one run of a benchmark. */
final class Report {
  private final List<Line> lines = new ArrayList<>();

  /** Adds a result, and shows it at once to people who wait. */
  void add(Line line) {
    lines.add(line);
    System.err.println("        " + line.toJson());
  }

  /** A line of JSON for each result. */
  void save(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(
        file, lines.stream().map(line -> line.toJson() + "\n").collect(Collectors.joining()));
  }

  /** A table for people, which is Markdown too. */
  String table() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("what", "unit", "ours", "peer", "", "ratio", "goal", "met"));
    for (Line line : lines) {
      rows.add(
          List.of(
              line.what(),
              line.unit(),
              Line.number(line.ours()),
              text(line.peer()),
              line.peerName() == null ? "" : line.peerName(),
              text(line.ratio()),
              line.goal() == null ? "" : (line.peer() == null ? "≤ " : "≥ ") + text(line.goal()),
              line.met() == null ? "" : line.met() ? "yes" : "NO"));
    }
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder table = new StringBuilder();
    for (int i = 0; i < rows.size(); i++) {
      append(table, rows.get(i), widths);
      if (i == 0) {
        List<String> rule = new ArrayList<>();
        for (int width : widths) {
          rule.add("-".repeat(Math.max(3, width)));
        }
        append(table, rule, widths);
      }
    }
    return table.toString();
  }

  private static String text(Double value) {
    return value == null ? "" : Line.number(value);
  }

  private static void append(StringBuilder table, List<String> cells, int[] widths) {
    for (int i = 0; i < widths.length; i++) {
      String cell = cells.get(i);
      table
          .append("| ")
          .append(cell)
          .append(" ".repeat(Math.max(0, widths[i] - cell.length()) + 1));
    }
    table.append("|\n");
  }
}

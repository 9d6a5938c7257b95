package dev.envelope.redis;

import dev.envelope.testing.KindCell;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Renders docs/conformance.md from what came of the cells. */
final class ConformancePage {
  private static final Map<String, String> ENVIRONMENTS =
      Map.of("newest", "", "oldest", "", "middle", "", "plain", ", without pyarrow");

  private final List<KindCell> cells;
  private final Map<String, String> problems;
  private final List<String> reasons = new ArrayList<>();
  private final StringBuilder page = new StringBuilder();

  private ConformancePage(List<KindCell> cells, Map<String, String> problems) {
    this.cells = cells;
    this.problems = problems;
  }

  /**
   * The page.
   *
   * @param problems what is wrong with each cell, by its name; empty for what is right
   */
  static String render(List<KindCell> cells, Map<String, String> problems) {
    return new ConformancePage(cells, problems).render();
  }

  private String render() {
    page.append(
        """
        # What cachekit writes, and what is read of it

        <!-- Written by ConformanceTest from integration-tests/entries/kinds.json. Do not edit. -->

        Each cell is an entry that the real library wrote under these settings. It is read from a file cache (mapped and not) and from a
        Redis, and **rows** means that the rows are those that Python reads. Where the library refuses to write such an entry, the number
        leads to its words. Which versions were tried, and how they differ, is in [compatibility.md](compatibility.md).
        """);
    Set<String> environments = new LinkedHashSet<>();
    cells.forEach(cell -> environments.add(cell.environment()));
    for (String environment : environments) {
      List<KindCell> own =
          cells.stream().filter(cell -> cell.environment().equals(environment)).toList();
      matrix(environment, own.stream().filter(KindCell::inMatrix).toList());
    }
    values();
    if (!reasons.isEmpty()) {
      page.append("\n## What the library says\n\n");
      for (int i = 0; i < reasons.size(); i++) {
        page.append(i + 1).append(". ").append(reasons.get(i)).append('\n');
      }
    }
    return page.toString();
  }

  private void matrix(String environment, List<KindCell> own) {
    page.append("\n## cachekit ")
        .append(own.get(0).version())
        .append(ENVIRONMENTS.get(environment))
        .append(
            """


            | value | serializer | given as | plain | plain, without integrity | encrypted | encrypted, without integrity |
            |---|---|---|---|---|---|---|
            """);
    Map<List<String>, Map<List<Boolean>, KindCell>> rows = new LinkedHashMap<>();
    for (KindCell cell : own) {
      String given =
          cell.codec().isEmpty() || cell.codec().equals("only")
              ? cell.by()
              : cell.by() + ", codec " + cell.codec();
      rows.computeIfAbsent(
              List.of(cell.kind(), cell.serializer(), given), key -> new LinkedHashMap<>())
          .put(List.of(cell.encrypted(), cell.integrity()), cell);
    }
    rows.forEach(
        (row, columns) -> {
          page.append("| ").append(String.join(" | ", row)).append(" |");
          for (boolean encrypted : new boolean[] {false, true}) {
            for (boolean integrity : new boolean[] {true, false}) {
              page.append(' ').append(outcome(columns.get(List.of(encrypted, integrity))));
              page.append(" |");
            }
          }
          page.append('\n');
        });
  }

  private String outcome(KindCell cell) {
    if (cell == null) {
      return "";
    }
    if (!cell.isWritten()) {
      String reason = cell.refused().replace("|", "\\|");
      if (!reasons.contains(reason)) {
        reasons.add(reason);
      }
      return "not written (" + (reasons.indexOf(reason) + 1) + ")";
    }
    if (!problems.get(cell.name()).isEmpty()) {
      return "**fails**";
    }
    return cell.hasRows() ? "rows" : "typed error";
  }

  /** How many entries of other values there are of each kind. */
  private void values() {
    page.append(
        """

        ## Further values

        Beside the matrix, entries of every shape of value: scalars, nested and mixed lists and maps, every marker, every dtype.

        | cachekit | value | serializer | entries | rows | typed error | fails |
        |---|---|---|---|---|---|---|
        """);
    Map<List<String>, List<KindCell>> groups = new LinkedHashMap<>();
    for (KindCell cell : cells) {
      if (!cell.inMatrix()) {
        String version = cell.version() + ENVIRONMENTS.get(cell.environment());
        String encrypted = cell.encrypted() ? ", encrypted" : "";
        groups
            .computeIfAbsent(
                List.of(version, cell.kind() + encrypted, cell.serializer()),
                key -> new ArrayList<>())
            .add(cell);
      }
    }
    groups.forEach(
        (group, members) -> {
          long rows = members.stream().filter(cell -> outcome(cell).equals("rows")).count();
          long errors =
              members.stream().filter(cell -> outcome(cell).equals("typed error")).count();
          page.append("| ")
              .append(String.join(" | ", group))
              .append(" | ")
              .append(members.size())
              .append(" | ")
              .append(rows)
              .append(" | ")
              .append(errors)
              .append(" | ")
              .append(members.size() - rows - errors)
              .append(" |\n");
        });
  }
}

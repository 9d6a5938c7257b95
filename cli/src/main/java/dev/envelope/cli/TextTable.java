package dev.envelope.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Columns of text under each other. The first rows decide how wide columns are; from then on rows
 * are written as they come, so that a long table costs no memory.
 */
final class TextTable {
  private static final int LOOKED_AT = 200;
  private static final String GAP = "  ";

  private final PrintWriter out;
  private final boolean[] right;
  private final List<List<String>> waiting = new ArrayList<>();
  private int[] widths;

  /**
   * A table.
   *
   * @param heads what stands above the columns
   */
  TextTable(PrintWriter out, List<String> heads) {
    this(out, heads, Set.of());
  }

  /**
   * A table with numbers in it.
   *
   * @param numbers which of the columns are aligned right
   */
  TextTable(PrintWriter out, List<String> heads, Set<String> numbers) {
    this.out = out;
    this.right = new boolean[heads.size()];
    List<String> plain = new ArrayList<>();
    for (int i = 0; i < right.length; i++) {
      right[i] = numbers.contains(heads.get(i));
      plain.add(printable(heads.get(i)));
    }
    waiting.add(plain);
  }

  void add(List<String> cells) {
    List<String> row = cells.stream().map(TextTable::printable).toList();
    if (widths != null) {
      write(row);
      return;
    }
    waiting.add(row);
    if (waiting.size() >= LOOKED_AT) {
      end();
    }
  }

  /** Writes what is still waiting. */
  void end() {
    if (widths == null) {
      widths = new int[right.length];
      for (List<String> row : waiting) {
        for (int i = 0; i < widths.length; i++) {
          widths[i] = Math.max(widths[i], length(row.get(i)));
        }
      }
      waiting.forEach(this::write);
      waiting.clear();
    }
  }

  private void write(List<String> row) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String cell = row.get(i);
      String blanks = " ".repeat(Math.max(0, widths[i] - length(cell)));
      line.append(right[i] ? blanks + cell : cell + blanks).append(GAP);
    }
    out.println(line.toString().stripTrailing());
  }

  private static int length(String cell) {
    return cell.codePointCount(0, cell.length());
  }

  /** What an entry holds may not move the cursor of a terminal. */
  static String printable(String cell) {
    StringBuilder text = new StringBuilder(cell.length());
    cell.codePoints()
        .forEach(
            letter -> {
              if (letter == '\n') {
                text.append("\\n");
              } else if (letter == '\t') {
                text.append("\\t");
              } else if (Character.isISOControl(letter)
                  || Character.getType(letter) == Character.FORMAT) {
                text.append(String.format("\\u%04x", letter));
              } else {
                text.appendCodePoint(letter);
              }
            });
    return text.toString();
  }
}

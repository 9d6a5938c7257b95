package dev.envelope.cli;

import dev.envelope.payload.Column;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the first rows of an entry. */
@Command(
    name = "head",
    description = "Shows the first rows of an entry as a table. Long values are cut.",
    mixinStandardHelpOptions = true)
final class HeadCommand implements Callable<Integer> {
  private static final int LONGEST_CELL = 40;

  private final PipeOutput output;

  @Mixin private Place place;

  @Parameters(paramLabel = "KEY", description = "A cache key, or a file of a file cache.")
  private String key;

  @Option(
      names = {"-n", "--rows"},
      defaultValue = "10",
      description = "How many rows (default: ${DEFAULT-VALUE}).")
  private int wanted;

  HeadCommand(PipeOutput output) {
    this.output = output;
  }

  @Override
  public Integer call() throws IOException {
    if (wanted < 0) {
      throw new dev.envelope.InvalidOptionException("-n is negative; give a number of rows");
    }
    Rows rows = new Rows(place.entry(key));
    PrintWriter out = new PrintWriter(output, false, StandardCharsets.UTF_8);
    TextTable table = new TextTable(out, rows.names());
    int[] left = {wanted};
    if (wanted > 0) {
      rows.read(
          wanted,
          batch -> {
            for (int row = 0; row < batch.rowCount() && left[0] > 0; row++, left[0]--) {
              List<String> cells = new ArrayList<>();
              for (Column column : batch.columns()) {
                cells.add(cell(column == null ? null : Values.of(column, row)));
              }
              table.add(cells);
            }
            return left[0] > 0;
          });
    }
    table.end();
    out.flush();
    return ExitCode.OK.number();
  }

  private static String cell(Object value) {
    String text = value == null ? "null" : Csv.text(value);
    return text.codePointCount(0, text.length()) <= LONGEST_CELL
        ? text
        : text.substring(0, text.offsetByCodePoints(0, LONGEST_CELL - 1)) + "…";
  }
}

package dev.envelope.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.envelope.payload.Column;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes the rows of an entry for another program. */
@Command(
    name = "cat",
    description = "Writes the rows of an entry as CSV, as JSON (an object a line) or as Arrow.",
    mixinStandardHelpOptions = true)
final class CatCommand implements Callable<Integer> {
  /** What the rows are written as. */
  enum Format {
    /** RFC 4180. */
    CSV,
    /** An object a line. */
    JSON,
    /** An IPC stream. */
    ARROW
  }

  private final PipeOutput output;

  @Mixin private Place place;

  @Parameters(paramLabel = "KEY", description = "A cache key, or a file of a file cache.")
  private String key;

  @Option(
      names = "--format",
      defaultValue = "csv",
      description = "csv, json or arrow (default: ${DEFAULT-VALUE}).")
  private Format format;

  CatCommand(PipeOutput output) {
    this.output = output;
  }

  @Override
  public Integer call() throws IOException {
    Rows rows = new Rows(place.entry(key));
    switch (format) {
      case CSV -> csv(rows);
      case JSON -> json(rows);
      case ARROW -> arrow(rows);
    }
    output.flush();
    return ExitCode.OK.number();
  }

  private void csv(Rows rows) throws IOException {
    PrintWriter out =
        new PrintWriter(new BufferedWriter(new OutputStreamWriter(output, StandardCharsets.UTF_8)));
    Csv csv = new Csv(out);
    csv.write(rows.names());
    List<Object> cells = new ArrayList<>();
    rows.read(
        Long.MAX_VALUE,
        batch -> {
          for (int row = 0; row < batch.rowCount(); row++) {
            cells.clear();
            for (Column column : batch.columns()) {
              cells.add(column == null ? null : Values.of(column, row));
            }
            csv.write(cells);
          }
          return true;
        });
    out.flush();
  }

  private void json(Rows rows) throws IOException {
    List<String> names = rows.names();
    try (JsonGenerator json = Json.lines(output)) {
      rows.read(
          Long.MAX_VALUE,
          batch -> {
            for (int row = 0; row < batch.rowCount(); row++) {
              json.writeStartObject();
              for (int i = 0; i < names.size(); i++) {
                Column column = batch.columns().get(i);
                json.writeFieldName(names.get(i));
                Json.write(json, column == null ? null : Values.of(column, row));
              }
              json.writeEndObject();
            }
            return true;
          });
      json.writeRaw('\n');
    }
  }

  private void arrow(Rows rows) throws IOException {
    try (ArrowStream stream = new ArrowStream(output, rows.fields())) {
      rows.read(
          Long.MAX_VALUE,
          batch -> {
            stream.write(batch);
            return true;
          });
      stream.end();
    }
  }
}

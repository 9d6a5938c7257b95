package dev.envelope.cli;

import dev.envelope.entry.FrameHeader;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.scan.EntryInspector;
import dev.envelope.scan.EntryInspector.Depth;
import dev.envelope.scan.EntryReport;
import dev.envelope.scan.ScanMetrics;
import dev.envelope.store.EntryId;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists entries. */
@Command(
    name = "ls",
    description = "Lists the entries of a cache. A file cache keeps no keys: names are of files.",
    mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {
  /** How many entries are announced to a store at once. */
  static final int AHEAD = 250;

  private final PipeOutput output;

  @Mixin private Place place;

  @Parameters(arity = "0..1", paramLabel = "DIR|URL", description = "The same as --from.")
  private String where;

  @Option(names = "--pattern", paramLabel = "GLOB", description = "Which keys of a Redis.")
  private String pattern;

  @Option(
      names = {"-l", "--long"},
      description = "Looks into the entries as well: kind, rows, columns. Takes longer.")
  private boolean deep;

  ListCommand(PipeOutput output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    place.setIfGiven(where);
    EnvelopeOptions options = place.entries(pattern);
    EntryInspector.Listing listing = EntryInspector.Listing.of(options);
    List<String> heads = new ArrayList<>(List.of("KEY", "SIZE", "EXPIRES", "SERIALIZER", "FORMAT"));
    if (deep) {
      heads.addAll(List.of("KIND", "ROWS", "COLUMNS"));
    }
    heads.add("STATE");
    PrintWriter out = new PrintWriter(output, false, StandardCharsets.UTF_8);
    TextTable table = new TextTable(out, heads, Set.of("SIZE", "ROWS", "COLUMNS"));
    try (EntryInspector inspector =
        new EntryInspector(listing.location(), options, new ScanMetrics())) {
      for (int i = 0; i < listing.ids().size(); i++) {
        if (i % AHEAD == 0) {
          int to = Math.min(listing.ids().size(), i + AHEAD);
          inspector.announce(listing.ids().subList(i, to));
        }
        EntryId id = listing.ids().get(i);
        table.add(row(inspector.inspect(id, deep ? Depth.TABLE : Depth.HEAD)));
      }
    }
    table.end();
    out.flush();
    return ExitCode.OK.number();
  }

  private List<String> row(EntryReport report) {
    FrameHeader header = report.header();
    List<String> cells = new ArrayList<>();
    cells.add(report.id().label());
    cells.add(Texts.size(report.bytes()));
    cells.add(report.bytes() < 0 ? "-" : Texts.expiry(report.expiresAt()));
    cells.add(header == null ? "-" : Texts.orDash(header.serializer()));
    cells.add(header == null ? "-" : Texts.orDash(header.format()));
    if (deep) {
      cells.add(report.kind() == null ? "-" : report.kind().label());
      cells.add(report.rows() < 0 ? "-" : Long.toString(report.rows()));
      cells.add(report.fields().isEmpty() ? "-" : Integer.toString(report.fields().size()));
    }
    String state = report.encrypted() ? "encrypted" : "ok";
    cells.add(report.problem() == null ? state : report.problem().getMessage());
    return cells;
  }
}

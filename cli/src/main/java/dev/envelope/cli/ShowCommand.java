package dev.envelope.cli;

import dev.envelope.entry.FrameHeader;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.scan.EntryInspector;
import dev.envelope.scan.EntryInspector.Depth;
import dev.envelope.scan.EntryReport;
import dev.envelope.scan.ScanMetrics;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.arrow.vector.types.pojo.Field;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Says all that is known of an entry. */
@Command(
    name = "show",
    description = "Says what an entry is, whether it is sound, and why it cannot be read.",
    mixinStandardHelpOptions = true)
final class ShowCommand implements Callable<Integer> {
  private final PipeOutput output;

  @Mixin private Place place;

  @Parameters(paramLabel = "KEY", description = "A cache key, or a file of a file cache.")
  private String key;

  ShowCommand(PipeOutput output) {
    this.output = output;
  }

  @Override
  public Integer call() {
    EnvelopeOptions options = place.entry(key);
    EntryInspector.Listing listing = EntryInspector.Listing.of(options);
    EntryReport report;
    try (EntryInspector inspector =
        new EntryInspector(listing.location(), options, new ScanMetrics())) {
      report = inspector.inspect(listing.ids().get(0), Depth.EVERYTHING);
    }
    if (report.bytes() < 0 && report.problem() != null) {
      throw report.problem();
    }
    PrintWriter out = new PrintWriter(output, false, StandardCharsets.UTF_8);
    print(report, out);
    out.flush();
    return report.readable() ? ExitCode.OK.number() : ExitCode.of(report.problem()).number();
  }

  private static void print(EntryReport report, PrintWriter out) {
    line(out, "key", Texts.orDash(report.id().key()));
    line(out, "stored as", report.id().name());
    line(out, "size", report.bytes() + " bytes (" + Texts.size(report.bytes()) + ")");
    line(out, "expires", Texts.expiry(report.expiresAt()));
    FrameHeader header = report.header();
    if (header != null) {
      line(out, "serializer", Texts.orDash(header.serializer()));
      line(out, "format", Texts.orDash(header.format()));
      line(out, "type", Texts.orDash(header.originalType()));
      line(out, "compressed", header.compressed() ? "yes" : "no");
      line(out, "encrypted", header.encrypted() ? "yes" : "no");
      if (header.encrypted()) {
        line(out, "tenant", Texts.orDash(header.tenant()));
        line(out, "key print", Texts.orDash(header.keyFingerprint()));
      }
    }
    line(out, "kind", report.kind() == null ? "-" : report.kind().label());
    if (report.readable()) {
      line(out, "rows", Long.toString(report.rows()));
      line(out, "batches", Integer.toString(report.batches().size()));
      line(out, "state", "sound: read to the end, checksum (where there is one) compared");
    } else {
      line(out, "state", "unreadable: " + report.problem().getMessage());
    }
    if (!report.fields().isEmpty()) {
      out.println();
      TextTable columns = new TextTable(out, List.of("COLUMN", "TYPE", "NULLS"));
      for (Field field : report.fields()) {
        columns.add(
            List.of(field.getName(), type(field), field.isNullable() ? "possible" : "none"));
      }
      columns.end();
    }
  }

  /** The Arrow type, with those below it. */
  static String type(Field field) {
    StringBuilder type = new StringBuilder(field.getType().toString());
    if (!field.getChildren().isEmpty()) {
      type.append('<');
      for (int i = 0; i < field.getChildren().size(); i++) {
        Field child = field.getChildren().get(i);
        type.append(i == 0 ? "" : ", ").append(child.getName()).append(": ").append(type(child));
      }
      type.append('>');
    }
    return field.getDictionary() == null ? type.toString() : "dictionary of " + type;
  }

  private static void line(PrintWriter out, String name, String value) {
    out.println(String.format("%-11s %s", name, TextTable.printable(value)));
  }
}

package dev.envelope.cli;

import dev.envelope.EnvelopeException;
import dev.envelope.MissingEntryException;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.scan.EntryInspector;
import dev.envelope.scan.EntryInspector.Depth;
import dev.envelope.scan.EntryReport;
import dev.envelope.scan.ScanMetrics;
import dev.envelope.store.EntryId;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Reads all entries to their ends. */
@Command(
    name = "verify",
    description = "Reads every entry to its end, compares its checksum, and names what is wrong.",
    mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
  private final PipeOutput output;
  private final PrintWriter errors;

  @Mixin private Place place;

  @Parameters(arity = "0..1", paramLabel = "DIR|URL", description = "The same as --from.")
  private String where;

  @Option(names = "--pattern", paramLabel = "GLOB", description = "Which keys of a Redis.")
  private String pattern;

  VerifyCommand(PipeOutput output, PrintWriter errors) {
    this.output = output;
    this.errors = errors;
  }

  @Override
  public Integer call() {
    place.setIfGiven(where);
    EnvelopeOptions options = place.entries(pattern);
    boolean named = options.readKeys().isPresent();
    List<EntryId> ids;
    ExitCode worst = ExitCode.OK;
    int bad = 0;
    int gone = 0;
    long bytes = 0;
    EntryInspector.Listing listing = EntryInspector.Listing.of(options);
    ids = listing.ids();
    PrintWriter out = new PrintWriter(output, false, StandardCharsets.UTF_8);
    try (Progress progress = new Progress(errors, ids.size());
        EntryInspector inspector =
            new EntryInspector(listing.location(), options, new ScanMetrics())) {
      for (int i = 0; i < ids.size(); i++) {
        if (i % ListCommand.AHEAD == 0) {
          inspector.announce(ids.subList(i, Math.min(ids.size(), i + ListCommand.AHEAD)));
        }
        EntryId id = ids.get(i);
        EntryReport report = inspector.inspect(id, Depth.EVERYTHING);
        bytes += Math.max(0, report.bytes());
        EnvelopeException problem = report.problem();
        if (problem instanceof MissingEntryException && !named) {
          // Expired or deleted since it was listed.
          gone++;
        } else if (problem != null) {
          bad++;
          worst = worse(worst, ExitCode.of(problem));
          progress.hide();
          out.println(TextTable.printable(id.label() + ": " + problem.getMessage()));
          out.flush();
        }
        progress.advance();
      }
    }
    out.println(
        "%d entries, %s: %d sound, %d not%s"
            .formatted(
                ids.size() - gone,
                Texts.size(bytes),
                ids.size() - gone - bad,
                bad,
                gone == 0 ? "" : ", " + gone + " gone in the meantime"));
    out.flush();
    return worst.number();
  }

  /** An entry that is broken counts before one that is not there or cannot be decrypted. */
  private static ExitCode worse(ExitCode before, ExitCode now) {
    return before == ExitCode.OK || now == ExitCode.UNREADABLE ? now : before;
  }
}

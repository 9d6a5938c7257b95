package dev.envelope.flink.source.split;

import dev.envelope.scan.ScanTask;
import java.util.Locale;
import org.apache.flink.api.connector.source.SourceSplit;

/**
 * Some of the batches of some entries, each with the version that was planned, and how far they
 * were read. Immutable.
 *
 * @param splitId unique in the job
 * @param task what is left to read; progress over batches is in it, since those that are done are
 *     taken off
 * @param rowsDone how many rows of the first batch have been emitted
 */
public record EnvelopeSplit(String splitId, ScanTask task, int rowsDone) implements SourceSplit {

  /** A split that nobody has begun. */
  public EnvelopeSplit(String splitId, ScanTask task) {
    this(splitId, task, 0);
  }

  /** For logs: a split may have thousands of entries. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s (%d entries, %d bytes%s)",
        splitId,
        task.slices().size(),
        task.bytes(),
        rowsDone == 0 ? "" : ", " + rowsDone + " rows of its first batch done");
  }
}

package dev.envelope.flink.source.reader;

import dev.envelope.flink.source.ReadColumns;
import dev.envelope.flink.source.split.EnvelopeSplit;
import dev.envelope.flink.source.split.SplitProgress;
import dev.envelope.scan.ScanMetrics;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.connector.base.source.reader.SingleThreadMultiplexSourceReaderBase;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.table.data.RowData;

/**
 * Reads splits one after the other on one fetcher thread and emits their rows: one object, which
 * shows a view of the batch, for all rows of a batch. When it is closed the batches are freed that
 * Flink had in its hands or in its queue.
 */
@SuppressWarnings("try") // Flink closes it, and means an interrupt.
public final class EnvelopeSourceReader
    extends SingleThreadMultiplexSourceReaderBase<BatchRow, RowData, EnvelopeSplit, SplitProgress> {
  private final OpenTasks tasks;
  private final boolean ends;

  /** Bytes of the splits that were given to this reader and are not finished; for the metric. */
  private final Map<String, Long> pending = new ConcurrentHashMap<>();

  private final SplitOutputs outputs;

  private EnvelopeSourceReader(
      ReadColumns columns,
      boolean ends,
      SourceReaderContext context,
      OpenTasks tasks,
      ReaderMetrics metrics) {
    super(
        () -> new EnvelopeSplitReader(columns, tasks, metrics::batchRead),
        new RowEmitter(),
        context.getConfiguration(),
        context);
    this.tasks = tasks;
    this.ends = ends;
    this.outputs =
        new SplitOutputs(!ends, split -> super.pauseOrResumeSplits(Set.of(split), Set.of()));
    metrics.pending(() -> pending.values().stream().mapToLong(Long::longValue).sum());
  }

  /**
   * A reader of a source.
   *
   * @param columns what each row has
   * @param ends whether the source ends; see {@link SplitProgress} and {@link SplitOutputs}
   */
  public static EnvelopeSourceReader of(
      ReadColumns columns, boolean ends, SourceReaderContext context) {
    ScanMetrics scan = new ScanMetrics();
    ReaderMetrics metrics = new ReaderMetrics(scan, context.metricGroup());
    return new EnvelopeSourceReader(columns, ends, context, new OpenTasks(scan), metrics);
  }

  @Override
  public void start() {
    // After a restart the splits of the checkpoint come first.
    if (getNumberOfCurrentlyAssignedSplits() == 0) {
      context.sendSplitRequest();
    }
  }

  @Override
  public void addSplits(List<EnvelopeSplit> splits) {
    splits.forEach(split -> pending.put(split.splitId(), split.task().bytes()));
    super.addSplits(splits);
  }

  @Override
  public InputStatus pollNext(ReaderOutput<RowData> output) throws Exception {
    return super.pollNext(outputs.over(output));
  }

  @Override
  public void pauseOrResumeSplits(Collection<String> pause, Collection<String> resume) {
    outputs.pauseOrResume(pause, resume);
    super.pauseOrResumeSplits(outputs.splitsOf(pause), outputs.splitsOf(resume));
  }

  @Override
  protected SplitProgress initializedState(EnvelopeSplit split) {
    return new SplitProgress(split, ends);
  }

  @Override
  protected EnvelopeSplit toSplitType(String splitId, SplitProgress progress) {
    return progress.rest();
  }

  @Override
  protected void onSplitFinished(Map<String, SplitProgress> finished) {
    finished.keySet().forEach(pending::remove);
    if (getNumberOfCurrentlyAssignedSplits() == 0) {
      context.sendSplitRequest();
    }
  }

  @Override
  public void close() throws Exception {
    try {
      super.close();
    } finally {
      // Only now: the fetcher's thread has ended or is told so by the tasks.
      tasks.close();
    }
  }
}

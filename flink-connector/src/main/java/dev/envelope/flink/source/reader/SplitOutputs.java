package dev.envelope.flink.source.reader;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.table.data.RowData;

/**
 * A reader's outputs, of which the last is not released when its split is over but taken over by
 * the next split, where a source never ends. Flink makes watermarks from time to time only and
 * forgets those of an output with it: of entries that are read faster than that there would be no
 * watermark at all. An output stays only where it is the only one, so that it never holds the
 * others up. A source that ends has its last watermark then, and no need of it. Used by the task's
 * thread.
 */
final class SplitOutputs implements ReaderOutput<RowData> {
  private final boolean lasting;
  private final Consumer<String> pauseSplit;
  private ReaderOutput<RowData> output;

  /** The outputs in use, by split; an output has the name of the first split that it had. */
  private final Map<String, String> names = new HashMap<>();

  private final Set<String> paused = new HashSet<>();

  /** The output that is there for the next split, or null. */
  private String left;

  /**
   * No outputs yet.
   *
   * @param lasting whether the source never ends
   * @param pauseSplit told of a split that takes over an output which is paused
   */
  SplitOutputs(boolean lasting, Consumer<String> pauseSplit) {
    this.lasting = lasting;
    this.pauseSplit = pauseSplit;
  }

  /** The outputs behind Flink's, which is always the same one. */
  SplitOutputs over(ReaderOutput<RowData> flinks) {
    if (flinks != this) {
      // Flink's reader polls itself again with what it was given.
      output = flinks;
    }
    return this;
  }

  @Override
  public SourceOutput<RowData> createOutputForSplit(String splitId) {
    String name = names.get(splitId);
    if (name == null) {
      name = left == null ? splitId : takeOver(splitId);
      names.put(splitId, name);
    }
    return output.createOutputForSplit(name);
  }

  private String takeOver(String splitId) {
    String name = left;
    left = null;
    // Flink has made one when the split was added; without rows it would hold the watermark up.
    output.releaseOutputForSplit(splitId);
    if (paused.contains(name)) {
      pauseSplit.accept(splitId);
    }
    return name;
  }

  @Override
  public void releaseOutputForSplit(String splitId) {
    String name = names.remove(splitId);
    if (name == null) {
      // It had no rows.
      output.releaseOutputForSplit(splitId);
    } else if (lasting && names.isEmpty()) {
      left = name;
    } else {
      output.releaseOutputForSplit(name);
      paused.remove(name);
    }
  }

  /** Takes note of the outputs that Flink wants no rows from until it resumes them. */
  void pauseOrResume(Collection<String> pause, Collection<String> resume) {
    paused.addAll(pause);
    paused.removeAll(resume);
  }

  /** The splits that write to outputs of these names. */
  List<String> splitsOf(Collection<String> outputs) {
    List<String> splits = new ArrayList<>(outputs);
    names.forEach(
        (split, name) -> {
          if (outputs.contains(name)) {
            splits.remove(name);
            splits.add(split);
          }
        });
    return splits;
  }

  @Override
  public void collect(RowData row) {
    output.collect(row);
  }

  @Override
  public void collect(RowData row, long timestamp) {
    output.collect(row, timestamp);
  }

  @Override
  public void emitWatermark(Watermark watermark) {
    output.emitWatermark(watermark);
  }

  @Override
  public void markIdle() {
    output.markIdle();
  }

  @Override
  public void markActive() {
    output.markActive();
  }
}

package dev.envelope.flink.source;

import dev.envelope.flink.source.enumerator.EnumeratorState;
import dev.envelope.flink.source.enumerator.EnumeratorStateSerializer;
import dev.envelope.flink.source.enumerator.EnvelopeEnumerator;
import dev.envelope.flink.source.reader.EnvelopeSourceReader;
import dev.envelope.flink.source.split.EnvelopeSplit;
import dev.envelope.flink.source.split.EnvelopeSplitSerializer;
import dev.envelope.options.EnvelopeOptions;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.DynamicParallelismInference;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.RowType;

/**
 * The entries that cachekit wrote as a stream of rows. Made by {@link #builder}.
 *
 * <p>A row is a view of the memory that its batch was pulled into, and one object stands for all
 * rows of a batch: it is valid until the function that was called with it returns. Without object
 * reuse (Flink's default for streams) the first chained operator gets a copy, which may be kept;
 * with {@code pipeline.object-reuse} whoever keeps a row has to copy it, for instance by {@code
 * RowDataSerializer.copy}. Rows that go over a network or into state are copied by that.
 *
 * <p>Immutable and serializable, secrets of the options included, for the way to the cluster.
 */
public final class EnvelopeSource
    implements Source<RowData, EnvelopeSplit, EnumeratorState>,
        ResultTypeQueryable<RowData>,
        DynamicParallelismInference {
  private static final long serialVersionUID = 1L;

  private final SourceSettings settings;

  /** A source that does what the settings say. */
  public EnvelopeSource(SourceSettings settings) {
    this.settings = settings;
  }

  /** Builds a source. */
  public static EnvelopeSourceBuilder builder() {
    return new EnvelopeSourceBuilder();
  }

  /** Which entries it reads, and how. */
  public EnvelopeOptions options() {
    return settings.options();
  }

  @Override
  public Boundedness getBoundedness() {
    return settings.discovery().isPresent()
        ? Boundedness.CONTINUOUS_UNBOUNDED
        : Boundedness.BOUNDED;
  }

  @Override
  public SplitEnumerator<EnvelopeSplit, EnumeratorState> createEnumerator(
      SplitEnumeratorContext<EnvelopeSplit> context) {
    return EnvelopeEnumerator.fresh(settings, context);
  }

  @Override
  public SplitEnumerator<EnvelopeSplit, EnumeratorState> restoreEnumerator(
      SplitEnumeratorContext<EnvelopeSplit> context, EnumeratorState checkpoint) {
    return EnvelopeEnumerator.restored(settings, context, checkpoint);
  }

  @Override
  public SourceReader<RowData, EnvelopeSplit> createReader(SourceReaderContext context) {
    JobClasses.releaseWith(context.getUserCodeClassLoader());
    // A bounded job shows an entry whole or fails. One that runs for ever must get over an entry
    // that was written again in the middle: the new write comes with the next discovery.
    return EnvelopeSourceReader.of(settings.columns(), settings.discovery().isEmpty(), context);
  }

  @Override
  public SimpleVersionedSerializer<EnvelopeSplit> getSplitSerializer() {
    return new EnvelopeSplitSerializer(settings.options());
  }

  @Override
  public SimpleVersionedSerializer<EnumeratorState> getEnumeratorCheckpointSerializer() {
    return new EnumeratorStateSerializer(new EnvelopeSplitSerializer(settings.options()));
  }

  /** The columns in the order of a row's fields. */
  public RowType rowType() {
    return settings.columns().rowType();
  }

  @Override
  public TypeInformation<RowData> getProducedType() {
    return InternalTypeInfo.of(rowType());
  }

  /** One task for each share of the bytes, and no more than there are splits. */
  @Override
  public int inferParallelism(Context context) {
    int most = context.getParallelismInferenceUpperBound();
    PlannedTable table = PlannedTable.of(settings, PlannedTable.list(settings, false));
    long share = Math.max(1, context.getDataVolumePerTask());
    long wanted = (table.plan().bytes() + share - 1) / share;
    int splits = table.plan().tasks(settings.columns().names(), most, settings.limit()).size();
    return (int) Math.max(1, Math.min(Math.min(wanted, splits), most));
  }

  @Override
  public String toString() {
    return "envelope entries of " + settings.options().place();
  }
}

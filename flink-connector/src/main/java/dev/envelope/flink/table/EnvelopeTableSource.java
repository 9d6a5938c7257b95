package dev.envelope.flink.table;

import dev.envelope.flink.lookup.LookupProviders;
import dev.envelope.flink.source.Discovery;
import dev.envelope.flink.source.EntryMetadata;
import dev.envelope.flink.source.EnvelopeSource;
import dev.envelope.flink.source.JobClasses;
import dev.envelope.flink.source.ReadColumns;
import dev.envelope.flink.source.SourceSettings;
import dev.envelope.options.OnError;
import dev.envelope.scan.EntryFilter;
import dev.envelope.scan.ScanPlan;
import dev.envelope.scan.ScanPlanner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.LookupTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.connector.source.abilities.SupportsAggregatePushDown;
import org.apache.flink.table.connector.source.abilities.SupportsFilterPushDown;
import org.apache.flink.table.connector.source.abilities.SupportsLimitPushDown;
import org.apache.flink.table.connector.source.abilities.SupportsProjectionPushDown;
import org.apache.flink.table.connector.source.abilities.SupportsReadingMetadata;
import org.apache.flink.table.connector.source.abilities.SupportsStatisticReport;
import org.apache.flink.table.connector.source.abilities.SupportsWatermarkPushDown;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.expressions.AggregateExpression;
import org.apache.flink.table.expressions.ResolvedExpression;
import org.apache.flink.table.plan.stats.TableStats;
import org.apache.flink.table.types.DataType;

/** Collects what Flink's planner pushes down, then becomes a source. Used by one planner. */
final class EnvelopeTableSource
    implements ScanTableSource,
        LookupTableSource,
        SupportsProjectionPushDown,
        SupportsReadingMetadata,
        SupportsFilterPushDown,
        SupportsLimitPushDown,
        SupportsAggregatePushDown,
        SupportsStatisticReport,
        SupportsWatermarkPushDown {
  /** What the planner calls COUNT(*): its class is in a class loader of its own. */
  private static final String COUNT_STAR = "Count1AggFunction";

  private final TableSettings settings;
  private ReadColumns columns;
  private EntryFilter filter = EntryFilter.ALL;
  private boolean filtered;
  private long limit = Long.MAX_VALUE;
  private boolean counts;
  private WatermarkStrategy<RowData> watermarks = WatermarkStrategy.noWatermarks();
  private ScanPlan plan;

  EnvelopeTableSource(TableSettings settings, ReadColumns columns) {
    this.settings = settings;
    this.columns = columns;
  }

  @Override
  public DynamicTableSource copy() {
    EnvelopeTableSource copy = new EnvelopeTableSource(settings, columns);
    copy.filter = filter;
    copy.filtered = filtered;
    copy.limit = limit;
    copy.counts = counts;
    copy.watermarks = watermarks;
    copy.plan = plan;
    return copy;
  }

  @Override
  public String asSummaryString() {
    return "envelope entries of " + settings.options().place();
  }

  @Override
  public ChangelogMode getChangelogMode() {
    return ChangelogMode.insertOnly();
  }

  @Override
  public boolean supportsNestedProjection() {
    return true;
  }

  @Override
  public void applyProjection(int[][] projectedFields, DataType producedDataType) {
    columns = ReadColumns.projected(settings.physical(), projectedFields, columns.metadata());
  }

  @Override
  public Map<String, DataType> listReadableMetadata() {
    return EntryMetadata.types();
  }

  @Override
  public void applyReadableMetadata(List<String> metadataKeys, DataType producedDataType) {
    columns =
        columns.with(
            metadataKeys.stream().map(key -> EntryMetadata.of(key).orElseThrow()).toList());
  }

  /** Whole entries are left out; Flink filters the rows of the others as if nothing had been. */
  @Override
  public Result applyFilters(List<ResolvedExpression> filters) {
    List<ResolvedExpression> accepted = new ArrayList<>();
    List<EntryFilter> parts = new ArrayList<>();
    for (ResolvedExpression expression : filters) {
      MetadataFilter.of(expression, settings)
          .ifPresent(
              part -> {
                accepted.add(expression);
                parts.add(part);
              });
    }
    if (!parts.isEmpty()) {
      filter = MetadataFilter.all(parts);
      plan = null;
    }
    filtered = !filters.isEmpty();
    return Result.of(accepted, filters);
  }

  @Override
  public void applyLimit(long rows) {
    limit = rows;
  }

  @Override
  public boolean applyAggregates(
      List<int[]> groupingSets, List<AggregateExpression> aggregates, DataType producedDataType) {
    // With on-corrupt = skip the rows of an entry count only if it turns out to be sound.
    boolean countable =
        settings.bounded()
            && !filtered
            && limit == Long.MAX_VALUE
            && settings.options().onCorrupt() != OnError.SKIP
            && groupingSets.stream().allMatch(set -> set.length == 0)
            && aggregates.size() == 1
            && isCountStar(aggregates.get(0));
    // Entries that were not opened have to be, to know how many rows they have.
    counts = countable && plan().unseen() == 0;
    return counts;
  }

  private static boolean isCountStar(AggregateExpression aggregate) {
    return aggregate.getFunctionDefinition().getClass().getSimpleName().equals(COUNT_STAR)
        && aggregate.getArgs().isEmpty()
        && aggregate.getFilterExpression().isEmpty();
  }

  /** How many rows the table has, where all entries were looked at and will be read. */
  @Override
  public TableStats reportStatistics() {
    boolean known =
        settings.bounded()
            && filter == EntryFilter.ALL
            && settings.options().onCorrupt() != OnError.SKIP
            && plan().unseen() == 0;
    return known ? new TableStats(Math.min(limit, plan().rows())) : TableStats.UNKNOWN;
  }

  private ScanPlan plan() {
    if (plan == null) {
      plan = JobClasses.asking(() -> ScanPlanner.plan(settings.options(), true, filter));
    }
    return plan;
  }

  @Override
  public void applyWatermark(WatermarkStrategy<RowData> watermarkStrategy) {
    watermarks = watermarkStrategy;
  }

  @Override
  public ScanRuntimeProvider getScanRuntimeProvider(ScanContext context) {
    if (counts) {
      return new CountProvider(plan().rows());
    }
    SourceSettings source = source(limit, settings.discovery());
    return new SourceScanProvider(new EnvelopeSource(source), watermarks, settings.parallelism());
  }

  @Override
  public LookupRuntimeProvider getLookupRuntimeProvider(LookupContext context) {
    return LookupProviders.of(source(Long.MAX_VALUE, null), settings.lookup(), context.getKeys());
  }

  private SourceSettings source(long most, Discovery discovery) {
    return new SourceSettings(settings.options(), columns, true, filter, most, discovery);
  }
}

package dev.envelope.spark;

import dev.envelope.options.EnvelopeOptions;
import dev.envelope.options.OnError;
import dev.envelope.scan.ScanPlan;
import dev.envelope.scan.ScanPlanner;
import java.util.List;
import org.apache.spark.sql.connector.expressions.aggregate.AggregateFunc;
import org.apache.spark.sql.connector.expressions.aggregate.Aggregation;
import org.apache.spark.sql.connector.expressions.aggregate.CountStar;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.read.SupportsPushDownAggregates;
import org.apache.spark.sql.connector.read.SupportsPushDownLimit;
import org.apache.spark.sql.connector.read.SupportsPushDownRequiredColumns;
import org.apache.spark.sql.types.StructType;

/** Collects what Spark pushes down, then plans the scan. */
final class EnvelopeScanBuilder
    implements ScanBuilder,
        SupportsPushDownRequiredColumns,
        SupportsPushDownLimit,
        SupportsPushDownAggregates {
  private final StructType schema;
  private final boolean schemaGiven;
  private final EnvelopeOptions options;
  private StructType required;
  private long limit = Long.MAX_VALUE;
  private boolean count;
  private ScanPlan plan;

  EnvelopeScanBuilder(StructType schema, boolean schemaGiven, EnvelopeOptions options) {
    this.schemaGiven = schemaGiven;
    this.schema = schema;
    this.options = options;
    this.required = schema;
  }

  @Override
  public void pruneColumns(StructType requiredSchema) {
    required = requiredSchema;
  }

  /** Stops when enough rows are planned; Spark cuts the last batch itself. */
  @Override
  public boolean pushLimit(int rows) {
    limit = rows;
    return true;
  }

  @Override
  public boolean supportCompletePushDown(Aggregation aggregation) {
    // With on-corrupt = skip the rows of an entry count only if it turns out to be sound.
    if (options.onCorrupt() == OnError.SKIP || aggregation.groupByExpressions().length > 0) {
      return false;
    }
    for (AggregateFunc function : aggregation.aggregateExpressions()) {
      if (!(function instanceof CountStar)) {
        return false;
      }
    }
    // Entries that were not opened have to be, to know how many rows they have.
    return aggregation.aggregateExpressions().length > 0 && plan().unseen() == 0;
  }

  private ScanPlan plan() {
    if (plan == null) {
      plan = ScanPlanner.plan(options, schemaGiven);
    }
    return plan;
  }

  @Override
  public boolean pushAggregation(Aggregation aggregation) {
    count = supportCompletePushDown(aggregation);
    return count;
  }

  @Override
  public Scan build() {
    if (count) {
      return new CountScan(plan());
    }
    ScanPlan fitted = TableTypes.of(plan(), options).fitted(required);
    ReadColumns columns = ReadColumns.of(schema, required, TableTypes.of(fitted, options));
    return new EnvelopeScan(fitted, columns, schema, limit);
  }

  /** For error messages in Spark's plans. */
  @Override
  public String toString() {
    return "envelope scan of " + List.of(required.fieldNames());
  }
}

package dev.envelope.spark;

import dev.envelope.scan.ScanPlan;
import java.util.List;
import java.util.OptionalLong;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.Statistics;
import org.apache.spark.sql.connector.read.SupportsReportStatistics;
import org.apache.spark.sql.types.StructType;

/** A planned scan of some columns. */
final class EnvelopeScan implements Scan, Batch, SupportsReportStatistics {
  private final ScanPlan plan;
  private final ReadColumns columns;
  private final StructType table;
  private final long limit;

  EnvelopeScan(ScanPlan plan, ReadColumns columns, StructType table, long limit) {
    this.plan = plan;
    this.columns = columns;
    this.table = table;
    this.limit = limit;
  }

  @Override
  public StructType readSchema() {
    return columns.schema();
  }

  @Override
  public String description() {
    String description =
        "envelope "
            + plan.options().place()
            + " entries="
            + plan.entries().size()
            + " rows="
            + (plan.unseen() == 0 ? plan.rows() : "unknown")
            + " columns="
            + List.of(columns.schema().fieldNames());
    return limit == Long.MAX_VALUE ? description : description + " limit=" + limit;
  }

  @Override
  public Batch toBatch() {
    return this;
  }

  @Override
  public InputPartition[] planInputPartitions() {
    int parallelism = SparkContext.getOrCreate().defaultParallelism();
    return plan.tasks(columns.names(), parallelism, limit).stream()
        .map(task -> new EnvelopePartition(task, columns))
        .toArray(InputPartition[]::new);
  }

  @Override
  public PartitionReaderFactory createReaderFactory() {
    return new EnvelopeReaderFactory();
  }

  /**
   * Rows are exact where every entry was opened, else left out; bytes are the entries' own, cut
   * down to the share of the wanted columns.
   */
  @Override
  public Statistics estimateStatistics() {
    double share =
        table.isEmpty() ? 1 : Math.min(1, (double) width(columns.schema()) / width(table));
    long bytes = Math.max(1, (long) (plan.bytes() * share));
    return new Statistics() {
      @Override
      public OptionalLong sizeInBytes() {
        return OptionalLong.of(bytes);
      }

      @Override
      public OptionalLong numRows() {
        return plan.unseen() == 0 ? OptionalLong.of(plan.rows()) : OptionalLong.empty();
      }
    };
  }

  private static long width(StructType type) {
    return Math.max(1, type.defaultSize());
  }

  @Override
  public CustomMetric[] supportedCustomMetrics() {
    return ScanMetricColumns.all();
  }

  @Override
  public CustomTaskMetric[] reportDriverMetrics() {
    return ScanMetricColumns.ofDriver(plan);
  }
}

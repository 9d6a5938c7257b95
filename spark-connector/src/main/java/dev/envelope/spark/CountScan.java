package dev.envelope.spark;

import dev.envelope.scan.ScanPlan;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.connector.read.LocalScan;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** {@code COUNT(*)}, known from the metadata of the batches: no task runs. */
final class CountScan implements LocalScan {
  private final ScanPlan plan;

  CountScan(ScanPlan plan) {
    this.plan = plan;
  }

  @Override
  public InternalRow[] rows() {
    return new InternalRow[] {new GenericInternalRow(new Object[] {plan.rows()})};
  }

  @Override
  public StructType readSchema() {
    return new StructType().add("count(*)", DataTypes.LongType, false);
  }

  @Override
  public String description() {
    return "envelope COUNT(*) of " + plan.entries().size() + " entries, from metadata";
  }
}

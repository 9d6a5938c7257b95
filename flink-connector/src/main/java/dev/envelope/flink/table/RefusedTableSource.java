package dev.envelope.flink.table;

import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;

/**
 * A table that cannot be read, which says why at the planner's first question. Thrown earlier, the
 * error would come with all options of the table, and with the password that is in one of them.
 */
record RefusedTableSource(RuntimeException reason) implements ScanTableSource {
  @Override
  public ChangelogMode getChangelogMode() {
    throw reason;
  }

  @Override
  public ScanRuntimeProvider getScanRuntimeProvider(ScanContext context) {
    throw reason;
  }

  @Override
  public DynamicTableSource copy() {
    return this;
  }

  @Override
  public String asSummaryString() {
    return "envelope entries, which cannot be read";
  }
}

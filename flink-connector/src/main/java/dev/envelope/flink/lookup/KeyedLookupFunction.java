package dev.envelope.flink.lookup;

import dev.envelope.flink.source.JobClasses;
import java.util.Collection;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.LookupFunction;

/** Reads the entry of the key that is asked for, on the join's thread. */
public final class KeyedLookupFunction extends LookupFunction {
  private static final long serialVersionUID = 1L;

  private final LookupSettings settings;
  private transient KeyedRows rows;

  KeyedLookupFunction(LookupSettings settings) {
    this.settings = settings;
  }

  @Override
  public void open(FunctionContext context) {
    rows = new KeyedRows(settings);
  }

  @Override
  public Collection<RowData> lookup(RowData keyRow) {
    return rows.of(keyRow);
  }

  @Override
  public void close() {
    JobClasses.releaseNow();
  }
}

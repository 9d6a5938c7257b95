package dev.envelope.spark.listing;

import dev.envelope.options.EnvelopeOptions;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.read.SupportsPushDownRequiredColumns;
import org.apache.spark.sql.types.StructType;

/** Plans a listing of entries. */
public final class EntriesScanBuilder implements ScanBuilder, SupportsPushDownRequiredColumns {
  private final EnvelopeOptions options;
  private StructType required = EntryColumn.schema();

  /** Looks at nothing yet. */
  public EntriesScanBuilder(EnvelopeOptions options) {
    this.options = options;
  }

  /** The columns of the listing. */
  public static StructType schema() {
    return EntryColumn.schema();
  }

  @Override
  public void pruneColumns(StructType requiredSchema) {
    required = requiredSchema;
  }

  @Override
  public Scan build() {
    return new EntriesScan(options, required);
  }
}

package dev.envelope.spark.listing;

import dev.envelope.options.EnvelopeOptions;
import java.util.Arrays;
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

  /** Whether a schema is that of the listing, whatever a catalog has made of its comments. */
  public static boolean reads(StructType schema) {
    StructType own = EntryColumn.schema();
    boolean same = Arrays.equals(schema.fieldNames(), own.fieldNames());
    for (int i = 0; same && i < own.size(); i++) {
      same = schema.apply(i).dataType().equals(own.apply(i).dataType());
    }
    return same;
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

package dev.envelope.spark;

import dev.envelope.options.EnvelopeOptions;
import java.util.Set;
import org.apache.spark.sql.connector.catalog.MetadataColumn;
import org.apache.spark.sql.connector.catalog.SupportsMetadataColumns;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * Entries as a table. Its columns are fixed when it is loaded; which entries there are is looked at
 * anew by every query, since a cache changes all the time.
 */
final class EnvelopeTable implements SupportsRead, SupportsMetadataColumns {
  private final StructType schema;
  private final EnvelopeOptions options;

  EnvelopeTable(StructType schema, EnvelopeOptions options) {
    this.schema = schema;
    this.options = options;
  }

  @Override
  public String name() {
    return "envelope " + options.path();
  }

  @Override
  @Deprecated // In favour of columns(), which Spark derives from this.
  public StructType schema() {
    return schema;
  }

  @Override
  public Set<TableCapability> capabilities() {
    return Set.of(TableCapability.BATCH_READ);
  }

  @Override
  public MetadataColumn[] metadataColumns() {
    return EntryMetadata.columns();
  }

  @Override
  public ScanBuilder newScanBuilder(CaseInsensitiveStringMap scanOptions) {
    return new EnvelopeScanBuilder(schema, options);
  }
}

package dev.envelope.spark;

import dev.envelope.options.EnvelopeOptions;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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
  private final Map<String, String> given;
  private final EnvelopeOptions options;

  /**
   * A table.
   *
   * @param given names and values of options, as the user wrote them
   */
  EnvelopeTable(StructType schema, Map<String, String> given) {
    this.schema = schema;
    this.given = Map.copyOf(given);
    this.options = EnvelopeDataSource.parse(given);
  }

  @Override
  public String name() {
    return "envelope " + options.place();
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

  /** Options of one query ({@code FROM t WITH (…)}, from Spark 4 on) count before the table's. */
  @Override
  public ScanBuilder newScanBuilder(CaseInsensitiveStringMap scanOptions) {
    if (scanOptions.isEmpty()) {
      return new EnvelopeScanBuilder(schema, options);
    }
    Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    all.putAll(given);
    all.putAll(scanOptions);
    return new EnvelopeScanBuilder(schema, EnvelopeDataSource.parse(all));
  }
}

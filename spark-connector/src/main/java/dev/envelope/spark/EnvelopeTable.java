package dev.envelope.spark;

import dev.envelope.InvalidOptionException;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.options.View;
import dev.envelope.spark.listing.EntriesScanBuilder;
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
  private final boolean schemaGiven;
  private final Map<String, String> given;
  private final EnvelopeOptions options;

  /**
   * A table.
   *
   * @param schemaGiven whether a user gave the schema, or a catalog remembers it
   * @param given names and values of options, as the user wrote them
   */
  EnvelopeTable(StructType schema, boolean schemaGiven, Map<String, String> given) {
    this.schemaGiven = schemaGiven;
    this.schema = schema;
    this.given = Map.copyOf(given);
    this.options = EnvelopeDataSource.parse(given);
    if (options.view() == View.ENTRIES && !EntriesScanBuilder.reads(schema)) {
      throw new InvalidOptionException(
          "option 'view' = entries has columns of its own; give no schema with it");
    }
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
    return options.view() == View.ENTRIES ? new MetadataColumn[0] : EntryMetadata.columns();
  }

  /** Options of one query ({@code FROM t WITH (…)}, from Spark 4 on) count before the table's. */
  @Override
  public ScanBuilder newScanBuilder(CaseInsensitiveStringMap scanOptions) {
    if (scanOptions.isEmpty()) {
      return scan(options);
    }
    Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    all.putAll(given);
    all.putAll(scanOptions);
    return scan(EnvelopeDataSource.parse(all));
  }

  private ScanBuilder scan(EnvelopeOptions wanted) {
    if (wanted.view() != options.view()) {
      throw new InvalidOptionException(
          "option 'view' decides on the columns, so a query cannot change it for a table; load the"
              + " entries with it instead");
    }
    return wanted.view() == View.ENTRIES
        ? new EntriesScanBuilder(wanted)
        : new EnvelopeScanBuilder(schema, schemaGiven, wanted);
  }
}

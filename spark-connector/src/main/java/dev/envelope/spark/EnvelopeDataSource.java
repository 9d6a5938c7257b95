package dev.envelope.spark;

import dev.envelope.options.EnvelopeOptions;
import dev.envelope.options.OptionTable;
import dev.envelope.options.View;
import dev.envelope.scan.ScanPlan;
import dev.envelope.scan.ScanPlanner;
import dev.envelope.spark.listing.EntriesScanBuilder;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.connector.catalog.SessionConfigSupport;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCatalog;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * {@code spark.read().format("envelope")}: the entries that cachekit wrote, as a table.
 *
 * <p>Options come from the reader, from {@code OPTIONS (…)} in SQL, and from the session's {@code
 * spark.datasource.envelope.*}; the reader's count first.
 */
public final class EnvelopeDataSource
    implements TableProvider, DataSourceRegister, SessionConfigSupport {
  /** What Spark itself adds to the options of a table in a catalog. */
  private static final Set<String> SPARKS_OWN = Set.of("serialization.format");

  /** What was inferred, to tell it from a schema that a user gives: Spark hands back the same. */
  private StructType inferred;

  /** Made by Spark. */
  public EnvelopeDataSource() {}

  @Override
  public String shortName() {
    return "envelope";
  }

  @Override
  public String keyPrefix() {
    return "envelope";
  }

  @Override
  public boolean supportsExternalMetadata() {
    return true;
  }

  @Override
  public StructType inferSchema(CaseInsensitiveStringMap options) {
    EnvelopeOptions parsed = parse(given(options));
    if (parsed.view() == View.ENTRIES) {
      return EntriesScanBuilder.schema();
    }
    ScanPlan plan = ScanPlanner.plan(parsed);
    inferred = TableTypes.of(plan, parsed).orFail();
    return inferred;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // A user may well give a schema that equals ours.
  public Table getTable(
      StructType schema, Transform[] partitioning, Map<String, String> properties) {
    return new EnvelopeTable(schema, schema != inferred, given(properties));
  }

  static EnvelopeOptions parse(Map<String, String> options) {
    return EnvelopeOptions.parse(options, SPARKS_OWN);
  }

  /**
   * What the user gave as options. A table in Spark's own catalog comes with all of its properties,
   * of which those are options that have a twin with a prefix, and the path.
   */
  private static Map<String, String> given(Map<String, String> properties) {
    if (!properties.containsKey(TableCatalog.PROP_PROVIDER)) {
      return properties;
    }
    Map<String, String> options = new HashMap<>();
    properties.forEach(
        (name, value) -> {
          if (name.startsWith(TableCatalog.OPTION_PREFIX)) {
            options.put(name.substring(TableCatalog.OPTION_PREFIX.length()), value);
          }
        });
    // Spark gives a path of its own to every table that was made without one.
    String path = properties.get(OptionTable.PATH.name());
    if (path != null
        && options.keySet().stream().noneMatch(OptionTable.URL.name()::equalsIgnoreCase)) {
      options.put(OptionTable.PATH.name(), path);
    }
    return options;
  }
}
